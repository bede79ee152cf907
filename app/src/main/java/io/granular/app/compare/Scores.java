package io.granular.app.compare;

import io.granular.app.text.Numbers;
import io.granular.app.text.Texts;
import io.granular.engine.metric.PictureMetrics;
import javafx.beans.value.ObservableValue;
import javafx.geometry.Pos;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import org.jspecify.annotations.Nullable;

/** The metrics in one line. */
final class Scores extends HBox {
  private final Numbers numbers;
  private final Texts texts;
  private final Label psnr;
  private final Label ssim;
  private final Label flip;

  Scores(ObservableValue<@Nullable PictureMetrics> metrics, Texts texts) {
    this.texts = texts;
    numbers = texts.numbers();
    getStyleClass().add("scores");
    setAlignment(Pos.CENTER_RIGHT);
    psnr = add("psnr");
    ssim = add("ssim");
    flip = add("flip");
    metrics.subscribe(this::show);
  }

  private void show(@Nullable PictureMetrics metrics) {
    psnr.setText(metrics == null ? "–" : ScoreFormat.psnr(metrics, texts));
    ssim.setText(metrics == null ? "–" : numbers.fixed(metrics.ssim(), 3));
    flip.setText(metrics == null ? "–" : numbers.fixed(metrics.flip(), 3));
  }

  private Label add(String key) {
    Label name = new Label(texts.get("metric." + key));
    name.getStyleClass().add("muted");
    Label value = new Label();
    value.getStyleClass().add("strong");
    value.setId("score-" + key);
    name.setLabelFor(value);
    HBox pair = new HBox(6, name, value);
    pair.setAlignment(Pos.CENTER);
    Tooltip.install(pair, new Tooltip(texts.get("metric." + key + ".hint")));
    getChildren().add(pair);
    name.setMinWidth(USE_PREF_SIZE);
    value.setMinWidth(USE_PREF_SIZE);
    return value;
  }
}

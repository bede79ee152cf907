package io.granular.app.compare;

import io.granular.app.fx.Listening;
import io.granular.app.picture.Picture;
import io.granular.app.session.Session;
import io.granular.app.session.Side;
import io.granular.app.text.Texts;
import io.granular.engine.metric.RgbImage;
import javafx.scene.control.Label;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.Region;
import org.jspecify.annotations.Nullable;

/** The pixel under the cursor: where it is, its colour in A and in B, and the difference. */
final class Readout extends GridPane {
  private final Session session;
  private final StageModel model;
  private final Label place = new Label();
  private final Label colourA = new Label();
  private final Label colourB = new Label();
  private final Label delta = new Label();
  private final Region swatchA = swatch();
  private final Region swatchB = swatch();

  Readout(StageModel model, Session session, Texts texts) {
    this.session = session;
    this.model = model;
    getStyleClass().addAll("stage-overlay", "readout");
    setMouseTransparent(true);
    setMaxSize(USE_PREF_SIZE, USE_PREF_SIZE);
    place.setId("readout-place");
    addRow(0, name(texts.get("readout.place"), "muted"), place);
    addRow(1, name("A", "side-a"), colourA, swatchA);
    addRow(2, name("B", "side-b"), colourB, swatchB);
    addRow(3, name("Δ", "muted"), delta);
    GridPane.setColumnSpan(place, 2);
    GridPane.setColumnSpan(delta, 2);
    Listening.follow(this::update, model.cursor(), session.side(Side.A).picture(),
        session.side(Side.B).picture());
  }

  private void update() {
    StageModel.Pixel pixel = model.cursor().get();
    setVisible(pixel != null);
    if (pixel == null) {
      return;
    }
    place.setText(pixel.x() + ", " + pixel.y());
    RgbImage a = pixels(Side.A, pixel);
    RgbImage b = pixels(Side.B, pixel);
    colour(colourA, swatchA, a, pixel);
    colour(colourB, swatchB, b, pixel);
    delta.setText(a == null || b == null ? "–" : delta(a, b, pixel));
  }

  private @Nullable RgbImage pixels(Side side, StageModel.Pixel pixel) {
    Picture picture = session.side(side).picture().get();
    return picture == null || pixel.x() >= picture.width() || pixel.y() >= picture.height()
        ? null
        : picture.rgb();
  }

  private static void colour(Label text, Region swatch, @Nullable RgbImage image,
      StageModel.Pixel p) {
    String hex = image == null ? ""
        : "#%02x%02x%02x".formatted(image.get(p.x(), p.y(), 0),
            image.get(p.x(), p.y(), 1), image.get(p.x(), p.y(), 2));
    text.setText(hex.isEmpty() ? "–" : hex);
    swatch.setStyle(hex.isEmpty() ? "" : "-fx-background-color: " + hex + ";");
    swatch.setVisible(!hex.isEmpty());
  }

  private static String delta(RgbImage a, RgbImage b, StageModel.Pixel p) {
    StringBuilder text = new StringBuilder();
    for (int c = 0; c < 3; c++) {
      int d = b.get(p.x(), p.y(), c) - a.get(p.x(), p.y(), c);
      text.append(c == 0 ? "" : "  ").append(d > 0 ? "+" : d < 0 ? "−" : "").append(Math.abs(d));
    }
    return text.toString();
  }

  private static Label name(String text, String styleClass) {
    Label label = new Label(text);
    label.getStyleClass().add(styleClass);
    return label;
  }

  private static Region swatch() {
    Region swatch = new Region();
    swatch.getStyleClass().add("swatch");
    return swatch;
  }
}

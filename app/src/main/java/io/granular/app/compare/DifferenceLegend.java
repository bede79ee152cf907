package io.granular.app.compare;

import atlantafx.base.controls.Spacer;
import io.granular.app.fx.Listening;
import io.granular.app.picture.Difference;
import io.granular.app.picture.DifferencePicture;
import io.granular.app.text.Numbers;
import io.granular.app.text.Texts;
import java.util.Locale;
import java.util.StringJoiner;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/** Which colour means how much, with the unit, and how many pixels are above the threshold. */
final class DifferenceLegend extends VBox {
  private static final int STOPS = 24;

  private final StageModel model;
  private final Texts texts;
  private final Numbers numbers;
  private final Region colours = new Region();
  private final Label low = new Label();
  private final Label unit = new Label();
  private final Label high = new Label();
  private final Label above = new Label();

  DifferenceLegend(StageModel model, Texts texts) {
    this.model = model;
    this.texts = texts;
    numbers = texts.numbers();
    getStyleClass().add("legend");
    colours.getStyleClass().add("legend-colours");
    unit.getStyleClass().add("muted");
    above.getStyleClass().addAll("muted", "above");
    getChildren().addAll(colours, new HBox(low, new Spacer(), high), unit, above);
    Listening.follow(this::update, model.difference(), model.differencePicture());
  }

  private void update() {
    Difference difference = model.difference().get();
    Difference.Kind kind = difference.kind();
    int places = kind == Difference.Kind.FLIP ? 3 : difference.range() < 10 ? 1 : 0;
    String range = numbers.fixed(difference.range(), places);
    boolean clipped = difference.gain() > 1;
    boolean signed = kind == Difference.Kind.SIGNED;
    low.setText(signed ? (clipped ? "≤ " : "") + "−" + range : "0");
    high.setText((clipped ? "≥ " : "") + (signed ? "+" : "") + range);
    unit.setText(texts.get("difference.unit." + kind.name().toLowerCase(Locale.ROOT)));
    StringJoiner stops = new StringJoiner(", ", "-fx-background-color: linear-gradient(to right, ",
        ");");
    for (int i = 0; i < STOPS; i++) {
      stops.add("#%06x".formatted(kind.colours().argb(i / (STOPS - 1.0)) & 0xffffff));
    }
    colours.setStyle(stops.toString());
    DifferencePicture picture = model.differencePicture().get();
    above.setText(picture == null ? " "
        : texts.format(difference.threshold() == 0 ? "difference.changed" : "difference.above",
            numbers.fixed(picture.above() * 100, 1),
            numbers.fixed(difference.thresholdValue(), kind == Difference.Kind.FLIP ? 3 : 0)));
  }
}

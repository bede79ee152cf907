package io.granular.app.modules;

import atlantafx.base.controls.Spacer;
import io.granular.app.fx.Listening;
import io.granular.app.session.Side;
import io.granular.app.text.Texts;
import io.granular.engine.metric.ColourMap;
import io.granular.engine.studio.Analysis;
import java.util.StringJoiner;
import javafx.geometry.Pos;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;

/** Which colour means how many dB, and what is under the mouse. */
final class HeatLegend extends HBox {
  private static final int STOPS = 24;

  private final ModulesModel model;
  private final Texts texts;
  private final Label low = new Label();
  private final Label high = new Label();

  HeatLegend(ModulesModel model, Label readout, Texts texts) {
    super(8);
    this.model = model;
    this.texts = texts;
    getStyleClass().add("heat-legend");
    setAlignment(Pos.CENTER_LEFT);
    Region colours = new Region();
    colours.getStyleClass().add("legend-colours");
    colours.setPrefWidth(144);
    StringJoiner stops =
        new StringJoiner(", ", "-fx-background-color: linear-gradient(to right, ", ");");
    for (int i = 0; i < STOPS; i++) {
      stops.add("#%06x".formatted(ColourMap.VIRIDIS.argb(i / (STOPS - 1.0)) & 0xffffff));
    }
    colours.setStyle(stops.toString());
    Label unit = new Label(texts.get("heat.unit"));
    unit.getStyleClass().add("muted");
    getChildren().addAll(unit, low, colours, high, new Spacer(), readout);
    for (Side side : Side.values()) {
      Listening.onChange(this::update, model.session().side(side).analysis());
    }
    Listening.follow(this::update, model.side());
  }

  private void update() {
    Analysis analysis = model.analysis();
    if (analysis != null) {
      SqnrScale scale = SqnrScale.of(analysis);
      low.setText(texts.numbers().fixed(scale.low(), 0));
      high.setText(texts.numbers().fixed(scale.high(), 0) + "\u00a0" + texts.get("unit.dB"));
    }
  }
}

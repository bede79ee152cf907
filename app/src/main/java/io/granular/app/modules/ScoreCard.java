package io.granular.app.modules;

import io.granular.app.fx.Listening;
import io.granular.app.session.Side;
import io.granular.app.text.Texts;
import io.granular.engine.studio.Analysis;
import io.granular.engine.studio.Analysis.ModuleScore;
import java.util.List;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** What an analysis measured about the one selected module: SQNR per timestep, sensitivity, blame. */
final class ScoreCard extends VBox {
  private final ModulesModel model;
  private final Texts texts;
  private final HBox strip = new HBox(1);
  private final Label numbers = new Label();

  ScoreCard(ModulesModel model, Texts texts) {
    super(4);
    this.model = model;
    this.texts = texts;
    Label heading = new Label(texts.get("inspector.sqnr"));
    heading.getStyleClass().add("heading");
    numbers.getStyleClass().addAll("muted", "caption");
    numbers.setWrapText(true);
    numbers.setMinHeight(USE_PREF_SIZE);
    getChildren().addAll(heading, strip, numbers);
    managedProperty().bind(visibleProperty());
    for (Side side : Side.values()) {
      Listening.onChange(this::update, model.session().side(side).analysis());
    }
    Listening.follow(this::update, model.selection(), model.side());
  }

  private void update() {
    List<ModuleRow> selected = model.selection().get();
    Analysis analysis = model.analysis();
    ModuleScore score = analysis == null || selected.size() != 1
        ? null
        : find(analysis, selected.getFirst().path());
    setVisible(score != null);
    if (analysis == null || score == null) {
      return;
    }
    SqnrScale scale = SqnrScale.of(analysis);
    strip.getChildren().clear();
    for (int i = 0; i < score.sqnrDb().length; i++) {
      Region cell = new Region();
      cell.setMinHeight(16);
      HBox.setHgrow(cell, Priority.ALWAYS);
      cell.setStyle(
          "-fx-background-color: #%06x;".formatted(scale.argb(score.sqnrDb()[i]) & 0xffffff));
      Tooltip.install(cell, new Tooltip(texts.format("heat.readout", score.module(),
          texts.numbers().plain(analysis.timesteps().get(i)),
          texts.numbers().fixed(score.sqnrDb()[i], 1))));
      strip.getChildren().add(cell);
    }
    numbers
        .setText(texts.format("inspector.scores", texts.numbers().scientific(score.sensitivity()),
            texts.numbers().scientific(score.blame()), texts.numbers().bytes(score.bytesSaved())));
  }

  private static @Nullable ModuleScore find(Analysis analysis, String module) {
    return analysis.modules()
        .stream()
        .filter(score -> score.module().equals(module))
        .findFirst()
        .orElse(null);
  }
}

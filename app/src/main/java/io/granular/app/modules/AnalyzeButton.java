package io.granular.app.modules;

import io.granular.app.control.Icons;
import io.granular.app.fx.Listening;
import io.granular.app.text.Texts;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import org.kordamp.ikonli.feather.Feather;

/** Starts measuring; while it runs: how far, how long, cancel. */
final class AnalyzeButton extends HBox {
  AnalyzeButton(Analyzer analyzer, Texts texts) {
    super(8);
    setAlignment(Pos.CENTER_RIGHT);
    ProgressBar bar = new ProgressBar();
    bar.setPrefWidth(96);
    bar.setAccessibleText(texts.get("analysis.progress"));
    Label left = new Label();
    left.getStyleClass().addAll("muted", "caption");
    left.setMinWidth(USE_PREF_SIZE);
    Button button = new Button();
    button.setId("analyze");
    button.setMinWidth(USE_PREF_SIZE);
    button.setOnAction(_ -> {
      if (analyzer.running().get()) {
        analyzer.cancel();
      } else {
        analyzer.start();
      }
    });
    Listening.follow(() -> {
      boolean running = analyzer.running().get();
      button.setText(texts.get(running ? "run.cancel" : "analysis.start"));
      button.setGraphic(Icons.of(running ? Feather.X : Feather.BAR_CHART_2));
      button.setTooltip(new Tooltip(texts.get("analysis.hint")));
      if (running) {
        getChildren().setAll(left, bar, button);
      } else {
        getChildren().setAll(button);
      }
    }, analyzer.running());
    Listening.follow(() -> {
      bar.setProgress(analyzer.done().get());
      double seconds = analyzer.secondsLeft().get();
      left.setText(Double.isNaN(seconds)
          ? texts.get("run.left.unknown")
          : texts.format("run.left", texts.numbers().secondsLeft(seconds)));
    }, analyzer.done(), analyzer.secondsLeft());
  }
}

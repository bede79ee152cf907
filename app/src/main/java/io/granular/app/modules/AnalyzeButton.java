package io.granular.app.modules;

import io.granular.app.control.Icons;
import io.granular.app.fx.Listening;
import io.granular.app.modules.AnalysisSource.Kind;
import io.granular.app.text.Texts;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.MenuItem;
import javafx.scene.control.ProgressBar;
import javafx.scene.control.SplitMenuButton;
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
    Button cancel = new Button(texts.get("run.cancel"), Icons.of(Feather.X));
    cancel.setId("analyze-cancel");
    cancel.setMinWidth(USE_PREF_SIZE);
    cancel.setOnAction(_ -> analyzer.work().cancel());
    SplitMenuButton start = new SplitMenuButton();
    start.setText(texts.get("analysis.start"));
    start.setGraphic(Icons.of(Feather.BAR_CHART_2));
    start.setId("analyze");
    start.setMinWidth(USE_PREF_SIZE);
    start.setTooltip(new Tooltip(texts.get("analysis.hint")));
    start.setAccessibleText(texts.get("analysis.start"));
    start.setOnAction(_ -> analyzer.start(Kind.BLOCKS));
    for (Kind kind : Kind.values()) {
      MenuItem item = new MenuItem(texts.get(Analyzer.key(kind)));
      item.setOnAction(_ -> analyzer.start(kind));
      start.getItems().add(item);
    }
    Listening.follow(() -> {
      if (analyzer.work().running().get()) {
        getChildren().setAll(left, bar, cancel);
      } else {
        getChildren().setAll(start);
      }
    }, analyzer.work().running());
    Listening.follow(() -> {
      bar.setProgress(analyzer.work().done().get());
      double seconds = analyzer.work().secondsLeft().get();
      left.setText(Double.isNaN(seconds)
          ? texts.get("run.left.unknown")
          : texts.format("run.left", texts.numbers().secondsLeft(seconds)));
    }, analyzer.work().done(), analyzer.work().secondsLeft());
  }
}

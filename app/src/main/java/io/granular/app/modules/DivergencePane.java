package io.granular.app.modules;

import io.granular.app.control.ChartLegend;
import io.granular.app.control.Charts;
import io.granular.app.control.Icons;
import io.granular.app.fx.Listening;
import io.granular.app.session.Side;
import io.granular.app.text.Numbers;
import io.granular.app.text.Texts;
import io.granular.engine.metric.Interval;
import io.granular.engine.studio.Analysis;
import java.util.ArrayList;
import java.util.List;
import javafx.geometry.Insets;
import javafx.geometry.Pos;
import javafx.scene.chart.LineChart;
import javafx.scene.chart.NumberAxis;
import javafx.scene.chart.XYChart.Series;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;

/** How far a side's latents are from full precision's after every network evaluation. */
final class DivergencePane extends BorderPane {
  private final ModulesModel model;
  private final Texts texts;
  private final Numbers numbers;
  private final NumberAxis step;
  private final NumberAxis distance;
  private final LineChart<Number, Number> chart;
  private final Label note = new Label();
  private final VBox empty = new VBox(12);
  private final ChartLegend legend = new ChartLegend();
  private final Label mean;
  private final Label interval;

  DivergencePane(ModulesModel model, Analyzer analyzer, Texts texts) {
    this.model = model;
    this.texts = texts;
    numbers = texts.numbers();
    setId("divergence");
    getStyleClass().add("divergence");
    step = Charts.axis(texts.get("divergence.step"), value -> numbers.fixed(value, 0));
    distance = Charts.axis(texts.get("divergence.distance"), numbers::tick);
    chart = Charts.lines(step, distance);
    chart.getStyleClass().add("divergence-chart");
    Label title = new Label(texts.get("divergence.title"));
    title.getStyleClass().add("card-title");
    note.setId("divergence-note");
    note.getStyleClass().add("muted");
    note.setWrapText(true);
    Button measure =
        new Button(texts.get("divergence.measure"), Icons.of(Feather.BAR_CHART_2));
    measure.setId("divergence-measure");
    measure.setOnAction(_ -> analyzer.start(AnalysisSource.Kind.DIVERGENCE));
    measure.disableProperty().bind(analyzer.work().running());
    Label hint = new Label(texts.get("divergence.empty"));
    hint.getStyleClass().add("muted");
    hint.setWrapText(true);
    hint.setMaxWidth(420);
    empty.setAlignment(Pos.CENTER);
    empty.getChildren().setAll(hint, new HBox(measure));
    ((HBox) empty.getChildren().get(1)).setAlignment(Pos.CENTER);
    mean = legend.add("first", "");
    interval = legend.add("interval", texts.get("divergence.interval"));
    VBox top = new VBox(4, title, note);
    top.setPadding(new Insets(0, 0, 12, 0));
    setTop(top);
    setBottom(legend);
    for (Side side : Side.values()) {
      Listening.onChange(this::update, model.session().side(side).analysis());
    }
    Listening.follow(this::update, model.side());
  }

  private void update() {
    Analysis analysis = model.analysis();
    List<Interval> values = analysis == null ? List.of() : analysis.divergence();
    if (values.isEmpty()) {
      note.setText("");
      setCenter(empty);
      legend.setVisible(false);
      return;
    }
    Interval last = values.getLast();
    note.setText(texts.format(last.samples() > 1 ? "divergence.note" : "divergence.note.one",
        model.side().get().name(), numbers.percent(last.mean()), last.samples()));
    setCenter(chart);
    legend.setVisible(true);
    mean.setText(texts.format("divergence.mean", model.side().get().name()));
    interval.setVisible(last.samples() > 1);
    List<double[]> middle = new ArrayList<>();
    List<double[]> low = new ArrayList<>();
    List<double[]> high = new ArrayList<>();
    double most = 0;
    for (int i = 0; i < values.size(); i++) {
      Interval each = values.get(i);
      middle.add(new double[]{i + 1, 100 * each.mean()});
      most = Math.max(most, 100 * each.mean());
      if (each.samples() > 1) {
        low.add(new double[]{i + 1, 100 * Math.max(0, each.low())});
        high.add(new double[]{i + 1, 100 * each.high()});
        most = Math.max(most, 100 * each.high());
      }
    }
    Charts.cover(step, 1, values.size(), 10);
    step.setLowerBound(1);
    step.setUpperBound(values.size());
    step.setTickUnit(Math.max(1, Math.rint(step.getTickUnit())));
    Charts.cover(distance, 0, most, 5);
    List<Series<Number, Number>> series = new ArrayList<>();
    series.add(Charts.series(
        texts.format("divergence.mean", model.side().get().name()), middle));
    if (!low.isEmpty()) {
      series.add(Charts.series(texts.get("divergence.interval"), high));
      series.add(Charts.series("", low));
    }
    chart.getData().setAll(series);
  }
}

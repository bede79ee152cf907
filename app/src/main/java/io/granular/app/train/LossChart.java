package io.granular.app.train;

import io.granular.app.control.ChartLegend;
import io.granular.app.control.Charts;
import io.granular.app.control.LogAxis;
import io.granular.app.fx.Listening;
import io.granular.app.text.Texts;
import java.util.List;
import java.util.stream.Stream;
import javafx.geometry.Insets;
import javafx.scene.chart.LineChart;
import javafx.scene.chart.NumberAxis;
import javafx.scene.control.Label;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;

/** Losses of training and of held-out lessons over the steps, against the loss before training. */
final class LossChart extends VBox {
  private static final int TICKS = 8;

  private final LossCurve curve;
  private final Texts texts;
  private final NumberAxis step;
  private final LogAxis loss;
  private final LineChart<Number, Number> chart;
  private final Label waiting = new Label();

  LossChart(LossCurve curve, Texts texts) {
    super(4);
    this.curve = curve;
    this.texts = texts;
    getStyleClass().addAll("card", "loss-card");
    Label title = new Label(texts.get("train.curve"));
    title.getStyleClass().add("card-title");
    step = Charts.axis(texts.get("train.curve.step"), value -> texts.numbers().fixed(value, 0));
    loss = new LogAxis(texts.get("train.curve.loss"), texts.numbers()::tick);
    chart = Charts.lines(step, loss);
    chart.setId("train-curve");
    chart.getStyleClass().add("loss-chart");
    chart.setAccessibleText(texts.get("train.curve"));
    waiting.setText(texts.get("train.curve.waiting"));
    waiting.getStyleClass().add("muted");
    waiting.setWrapText(true);
    // Within the plot, not over the axis.
    waiting.setPadding(new Insets(0, 24, 0, 72));
    ChartLegend legend = new ChartLegend();
    legend.add("training", texts.get("train.curve.training"));
    legend.add("held-out", texts.get("train.curve.held-out"));
    legend.add("choice", texts.get("train.curve.before"));
    getChildren().addAll(title, new StackPane(chart, waiting), legend);
    Listening.follow(this::draw, curve.version());
  }

  private void draw() {
    List<double[]> training = curve.training();
    List<double[]> heldOut = curve.heldOut();
    boolean any = !heldOut.isEmpty();
    waiting.setVisible(!any);
    if (!any) {
      chart.getData().clear();
      Charts.cover(step, 0, 100, TICKS);
      loss.cover(1e-3, 1e-1);
      return;
    }
    double from = Math.min(heldOut.getFirst()[0],
        training.isEmpty() ? Double.MAX_VALUE : training.getFirst()[0]);
    double to = Stream.concat(training.stream(), heldOut.stream())
        .mapToDouble(point -> point[0])
        .max()
        .orElse(1);
    double[] losses = Stream.concat(training.stream(), heldOut.stream())
        .mapToDouble(point -> point[1])
        .filter(value -> value > 0)
        .toArray();
    Charts.cover(step, from, Math.max(to, from + 10), TICKS);
    loss.cover(least(losses, curve.before()), most(losses, curve.before()));
    List<double[]> before = List.of(new double[]{step.getLowerBound(), curve.before()},
        new double[]{step.getUpperBound(), curve.before()});
    chart.getData()
        .setAll(List.of(Charts.series(texts.get("train.curve.training"), training),
            Charts.series(texts.get("train.curve.held-out"), heldOut),
            Charts.series(texts.get("train.curve.before"), before)));
  }

  private static double least(double[] losses, double before) {
    double least = before;
    for (double each : losses) {
      least = Math.min(least, each);
    }
    return least;
  }

  private static double most(double[] losses, double before) {
    double most = before;
    for (double each : losses) {
      most = Math.max(most, each);
    }
    return most;
  }
}

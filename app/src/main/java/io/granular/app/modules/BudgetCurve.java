package io.granular.app.modules;

import io.granular.app.control.ChartLegend;
import io.granular.app.control.Charts;
import io.granular.app.modules.BudgetModel.Ready;
import io.granular.app.text.Numbers;
import io.granular.app.text.Texts;
import io.granular.engine.studio.BudgetAnswer;
import java.util.List;
import javafx.scene.chart.LineChart;
import javafx.scene.chart.NumberAxis;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** Estimated error of the best recipe of every size, with the one that was solved for marked. */
final class BudgetCurve extends VBox {
  private static final double MB = 1e6;

  private final Texts texts;
  private final NumberAxis bytes;
  private final NumberAxis error;
  private final LineChart<Number, Number> chart;
  private @Nullable Ready shown;
  private @Nullable BudgetAnswer marked;

  BudgetCurve(Texts texts) {
    this.texts = texts;
    Numbers numbers = texts.numbers();
    bytes = Charts.axis(texts.get("budget.axis.bytes"), numbers::tick);
    // A logarithm on a linear axis: errors span powers of ten.
    error = Charts.axis(texts.get("budget.axis.error"),
        power -> numbers.tick(Math.pow(10, power + 2)));
    chart = Charts.lines(bytes, error);
    chart.setId("budget-curve");
    chart.getStyleClass().add("budget-curve");
    ChartLegend legend = new ChartLegend();
    legend.add("first", texts.get("budget.curve"));
    legend.add("choice", texts.get("budget.chosen"));
    getChildren().addAll(chart, legend);
  }

  void show(Ready ready) {
    if (ready.equals(shown)) {
      return;
    }
    shown = ready;
    Charts.cover(bytes, ready.smallest().bytes() / MB, ready.best().bytes() / MB, 6);
    Charts.cover(error, power(ready.best(), ready), power(ready.smallest(), ready), 2);
    error.setTickUnit(Math.max(1, error.getTickUnit()));
    error.setLowerBound(Math.floor(error.getLowerBound()));
    error.setUpperBound(Math.ceil(error.getUpperBound()));
    draw();
  }

  void mark(@Nullable BudgetAnswer answer) {
    marked = answer;
    draw();
  }

  private void draw() {
    Ready ready = shown;
    if (ready == null) {
      return;
    }
    BudgetAnswer now = marked;
    List<double[]> mark = now == null ? List.of()
        : List.of(new double[]{now.bytes() / MB, error.getLowerBound()},
            new double[]{now.bytes() / MB, power(now, ready)},
            new double[]{bytes.getLowerBound(), power(now, ready)});
    chart.getData()
        .setAll(List.of(
            Charts.series(texts.get("budget.curve"), ready.curve()
                .stream()
                .map(each -> new double[]{each.bytes() / MB, power(each, ready)})
                .toList()),
            Charts.series(texts.get("budget.chosen"), mark)));
  }

  private static double power(BudgetAnswer answer, Ready ready) {
    return Math.log10(Math.max(answer.error() / ready.measured().signal(), 1e-12));
  }
}

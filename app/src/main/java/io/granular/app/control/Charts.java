package io.granular.app.control;

import java.util.List;
import java.util.function.DoubleFunction;
import javafx.scene.chart.AreaChart;
import javafx.scene.chart.Axis;
import javafx.scene.chart.LineChart;
import javafx.scene.chart.NumberAxis;
import javafx.scene.chart.XYChart;
import javafx.scene.chart.XYChart.Data;
import javafx.scene.chart.XYChart.Series;
import javafx.util.StringConverter;

/** Small charts with named axes; see {@link ChartLegend} for their lines. */
public final class Charts {
  private Charts() {}

  /** An axis from {@code low} to {@code high} with some round numbers between. */
  public static NumberAxis axis(String name, DoubleFunction<String> format) {
    NumberAxis axis = new NumberAxis();
    axis.setLabel(name);
    axis.setAutoRanging(false);
    axis.setAnimated(false);
    axis.setMinorTickVisible(false);
    axis.setTickLabelFormatter(new StringConverter<>() {
      @Override
      public String toString(Number value) {
        return format.apply(value.doubleValue());
      }

      @Override
      public Number fromString(String text) {
        throw new UnsupportedOperationException("nobody types into an axis");
      }
    });
    return axis;
  }

  /** Lets an axis cover these numbers, with about {@code ticks} round ones marked. */
  public static void cover(NumberAxis axis, double low, double high, int ticks) {
    double from = low;
    double to = high > low ? high : low + Math.max(1e-12, Math.abs(low));
    double raw = (to - from) / ticks;
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double step = raw / power <= 1 ? power
        : raw / power <= 2 ? 2 * power
            : raw / power <= 5 ? 5 * power : 10 * power;
    axis.setTickUnit(step);
    axis.setLowerBound(Math.floor(from / step + 1e-9) * step);
    axis.setUpperBound(Math.ceil(to / step - 1e-9) * step);
  }

  /** Lines over numbers. */
  public static LineChart<Number, Number> lines(Axis<Number> x, Axis<Number> y) {
    LineChart<Number, Number> chart = new LineChart<>(x, y);
    chart.setCreateSymbols(false);
    chart.setAxisSortingPolicy(LineChart.SortingPolicy.NONE);
    return styled(chart);
  }

  /** Filled areas over numbers. */
  public static AreaChart<Number, Number> areas(Axis<Number> x, Axis<Number> y) {
    AreaChart<Number, Number> chart = new AreaChart<>(x, y);
    chart.setCreateSymbols(false);
    return styled(chart);
  }

  private static <C extends XYChart<Number, Number>> C styled(C chart) {
    chart.setAnimated(false);
    chart.setLegendVisible(false);
    chart.setVerticalGridLinesVisible(false);
    chart.setAlternativeRowFillVisible(false);
    chart.setVerticalZeroLineVisible(false);
    chart.setHorizontalZeroLineVisible(false);
    chart.getStyleClass().add("small-chart");
    return chart;
  }

  /** A line through points, given as pairs of x and y. */
  public static Series<Number, Number> series(String name, List<double[]> points) {
    Series<Number, Number> series = new Series<>();
    series.setName(name);
    series.getData()
        .setAll(points.stream().map(p -> new Data<Number, Number>(p[0], p[1])).toList());
    return series;
  }
}

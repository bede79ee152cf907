package io.granular.app.control;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import javafx.scene.chart.ValueAxis;

/** An axis of positive numbers on which equal factors are equally far apart, marked at 1, 2 and 5 of each power of ten. */
public final class LogAxis extends ValueAxis<Number> {
  /** Over more powers of ten only these are marked. */
  private static final int DECADES = 3;

  private final DoubleFunction<String> format;

  /** An axis from 1 to 10, until {@link #cover} says otherwise. */
  public LogAxis(String name, DoubleFunction<String> format) {
    super(1, 10);
    this.format = format;
    setLabel(name);
    setAnimated(false);
    setMinorTickVisible(false);
  }

  /** Lets the axis cover these numbers, to the next mark on either side. */
  public void cover(double low, double high) {
    double from = Math.max(low, Double.MIN_NORMAL);
    double to = Math.max(high, from);
    double bottom = mark(from, false);
    double top = mark(to, true);
    setLowerBound(bottom);
    setUpperBound(top > bottom ? top : bottom * 10);
  }

  @Override
  public double getDisplayPosition(Number value) {
    double share = share(value.doubleValue());
    return getSide().isVertical() ? getHeight() * (1 - share) : getWidth() * share;
  }

  @Override
  public Number getValueForDisplay(double position) {
    double share =
        getSide().isVertical() ? 1 - position / getHeight() : position / getWidth();
    return getLowerBound() * Math.pow(getUpperBound() / getLowerBound(), share);
  }

  @Override
  protected List<Number> calculateTickValues(double length, Object range) {
    List<Number> values = new ArrayList<>();
    boolean fine = Math.log10(getUpperBound() / getLowerBound()) <= DECADES;
    double[] steps = fine ? new double[]{1, 2, 5} : new double[]{1};
    int last = (int) Math.floor(Math.log10(getUpperBound()) + 1e-9);
    for (int power = (int) Math.floor(Math.log10(getLowerBound()) + 1e-9); power <= last; power++) {
      for (double step : steps) {
        double value = step * Math.pow(10, power);
        if (value >= getLowerBound() * (1 - 1e-9) && value <= getUpperBound() * (1 + 1e-9)) {
          values.add(value);
        }
      }
    }
    return values;
  }

  @Override
  protected List<Number> calculateMinorTickMarks() {
    return List.of();
  }

  @Override
  protected String getTickMarkLabel(Number value) {
    return format.apply(value.doubleValue());
  }

  @Override
  protected Object getRange() {
    return new double[]{getLowerBound(), getUpperBound()};
  }

  @Override
  protected void setRange(Object range, boolean animate) {
    double[] bounds = (double[]) range;
    setLowerBound(bounds[0]);
    setUpperBound(bounds[1]);
  }

  private double share(double value) {
    return Math.log(Math.max(value, Double.MIN_NORMAL) / getLowerBound())
        / Math.log(getUpperBound() / getLowerBound());
  }

  /** The nearest of 1, 2, 5 times a power of ten that is not above, or not below, a number. */
  private static double mark(double value, boolean above) {
    double power = Math.pow(10, Math.floor(Math.log10(value) + 1e-9));
    double digit = value / power;
    double rounded = above
        ? digit <= 1 + 1e-9 ? 1 : digit <= 2 + 1e-9 ? 2 : digit <= 5 + 1e-9 ? 5 : 10
        : digit >= 5 - 1e-9 ? 5 : digit >= 2 - 1e-9 ? 2 : 1;
    return rounded * power;
  }
}

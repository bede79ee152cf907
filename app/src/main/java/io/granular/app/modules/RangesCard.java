package io.granular.app.modules;

import io.granular.app.calibrate.CalibrateButton;
import io.granular.app.calibrate.Calibrations;
import io.granular.app.control.ChartLegend;
import io.granular.app.control.Charts;
import io.granular.app.edit.Draft;
import io.granular.app.edit.Field;
import io.granular.app.fx.Background;
import io.granular.app.fx.Latest;
import io.granular.app.fx.Listening;
import io.granular.app.session.Side;
import io.granular.app.session.SideSettings;
import io.granular.app.text.Numbers;
import io.granular.app.text.Texts;
import io.granular.engine.studio.Engine;
import io.granular.engine.studio.ModuleRanges;
import io.granular.engine.studio.PlanSummary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javafx.geometry.Pos;
import javafx.scene.chart.AreaChart;
import javafx.scene.chart.LineChart;
import javafx.scene.chart.NumberAxis;
import javafx.scene.control.Label;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** What calibration saw at the input of the one selected static layer, and which range follows. */
final class RangesCard extends VBox {
  private final ModulesModel model;
  private final Engine engine;
  private final Latest latest;
  private final Texts texts;
  private final Numbers numbers;
  private final NumberAxis value;
  private final NumberAxis share;
  private final AreaChart<Number, Number> histogram;
  private final NumberAxis timestep;
  private final NumberAxis range;
  private final LineChart<Number, Number> steps;
  private final Label facts = CardLabels.caption("ranges-facts");
  private final Label empty = CardLabels.caption("ranges-empty");
  private final Label stepsHeading;
  private final StackPane calibrate = new StackPane();
  private final Map<Side, CalibrateButton> buttons = new EnumMap<>(Side.class);
  private @Nullable Asked asked;

  /** What is shown; the plan because ranges may have become known since. */
  private record Asked(String opened, String recipe, @Nullable Path calibration, String module,
      @Nullable PlanSummary plan) {}

  RangesCard(ModulesModel model, Engine engine, Calibrations calibrations, Background background,
      Texts texts) {
    super(4);
    this.model = model;
    this.engine = engine;
    this.texts = texts;
    numbers = texts.numbers();
    latest = new Latest(background);
    value = Charts.axis(texts.get("ranges.value"), numbers::tick);
    share = Charts.axis(texts.get("ranges.share"), numbers::tick);
    histogram = Charts.areas(value, share);
    histogram.setId("ranges-histogram");
    histogram.getStyleClass().add("range-histogram");
    timestep = Charts.axis(texts.get("ranges.timestep"), v -> numbers.fixed(Math.abs(v), 0));
    range = Charts.axis(texts.get("ranges.value"), numbers::tick);
    steps = Charts.lines(timestep, range);
    steps.setId("ranges-steps");
    steps.getStyleClass().add("range-steps");
    stepsHeading = CardLabels.heading(texts.get("ranges.by-timestep"));
    for (Side side : Side.values()) {
      buttons.put(side,
          new CalibrateButton(calibrations.of(side), "inspector-" + side, texts));
    }
    calibrate.setAlignment(Pos.CENTER_LEFT);
    ChartLegend numbersSeen = new ChartLegend();
    numbersSeen.add("first", texts.get("ranges.inputs"));
    numbersSeen.add("choice", texts.get("ranges.clip"));
    numbersSeen.visibleProperty().bind(histogram.visibleProperty());
    ChartLegend extents = new ChartLegend();
    extents.add("first", texts.get("ranges.largest"));
    extents.add("second", texts.get("ranges.smallest"));
    extents.add("choice", texts.get("ranges.clip"));
    extents.visibleProperty().bind(steps.visibleProperty());
    getChildren().addAll(CardLabels.heading(texts.get("ranges.histogram")), empty, calibrate,
        histogram, numbersSeen,
        facts, stepsHeading, steps, extents);
    for (var child : getChildren()) {
      child.managedProperty().bind(child.visibleProperty());
    }
    managedProperty().bind(visibleProperty());
    for (Side side : Side.values()) {
      Listening.onChange(this::ask, model.editors().of(side).draft());
    }
    Listening.follow(this::ask, model.selection(), model.side(), model.plan());
  }

  private void ask() {
    Asked wanted = wanted();
    setVisible(wanted != null);
    if (Objects.equals(wanted, asked)) {
      return;
    }
    boolean same = wanted != null && asked != null && wanted.module.equals(asked.module);
    asked = wanted;
    if (wanted == null) {
      latest.forget();
      return;
    }
    if (!same) {
      showNothing(texts.get("inspector.reading"), false);
    }
    latest.submit(
        () -> new Answer(engine.moduleRanges(wanted.opened, wanted.recipe, wanted.calibration,
            wanted.module)),
        answer -> {
          if (wanted.equals(asked)) {
            show(answer.ranges);
          }
        }, problem -> {
          if (wanted.equals(asked)) {
            showNothing(Objects.requireNonNullElse(problem.getMessage(), problem.toString()),
                false);
          }
        });
  }

  /** Null would be no answer. */
  private record Answer(@Nullable ModuleRanges ranges) {}

  /** Null unless one module with a static scheme is selected. */
  private @Nullable Asked wanted() {
    List<ModuleRow> selected = model.selection().get();
    Draft draft = model.editor().draft().get();
    if (draft == null || selected.size() != 1 || !draft.editable(selected.getFirst().path())
        || draft.value(selected.getFirst().path(), Field.OBSERVER).isEmpty()) {
      return null;
    }
    SideSettings settings = model.sideModel().settings().get();
    String opened = model.session().model(model.side().get());
    return new Asked(opened, settings.recipe(), settings.calibration(opened),
        selected.getFirst().path(), model.plan().get());
  }

  private void show(@Nullable ModuleRanges ranges) {
    if (ranges == null) {
      showNothing(texts.get("ranges.empty"), true);
      return;
    }
    empty.setVisible(false);
    calibrate.setVisible(false);
    facts.setVisible(true);
    facts.setText(texts.format("ranges.facts", small(ranges.low()), small(ranges.high()),
        small(ranges.scale()), ranges.zeroPoint(),
        texts.get("value.observer." + ranges.observer()), ranges.samples(),
        numbers.fixed(100 * outside(ranges), 3)));
    showHistogram(ranges);
    showSteps(ranges);
  }

  private void showNothing(String why, boolean offer) {
    empty.setText(why);
    empty.setVisible(true);
    calibrate.getChildren().setAll(Objects.requireNonNull(buttons.get(model.side().get())));
    calibrate.setVisible(offer);
    facts.setVisible(false);
    histogram.setVisible(false);
    stepsHeading.setVisible(false);
    steps.setVisible(false);
  }

  private void showHistogram(ModuleRanges ranges) {
    histogram.setVisible(true);
    double[] counts = ranges.histogram();
    double total = Math.max(1, sum(counts));
    double width = (ranges.histogramHigh() - ranges.histogramLow()) / counts.length;
    double most = 0;
    List<double[]> outline = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      double percent = 100 * counts[i] / total;
      most = Math.max(most, percent);
      outline.add(new double[]{ranges.histogramLow() + i * width, percent});
      outline.add(new double[]{ranges.histogramLow() + (i + 1) * width, percent});
    }
    Charts.cover(value, Math.min(ranges.low(), ranges.histogramLow()),
        Math.max(ranges.high(), ranges.histogramHigh()), 4);
    Charts.cover(share, 0, most, 3);
    double top = share.getUpperBound();
    histogram.getData()
        .setAll(List.of(Charts.series(texts.get("ranges.inputs"), outline),
            Charts.series(texts.get("ranges.clip"),
                List.of(new double[]{ranges.low(), top}, new double[]{ranges.low(), 0},
                    new double[]{ranges.high(), 0}, new double[]{ranges.high(), top}))));
  }

  private void showSteps(ModuleRanges ranges) {
    boolean any = !ranges.steps().isEmpty();
    stepsHeading.setVisible(any);
    steps.setVisible(any);
    if (!any) {
      return;
    }
    List<double[]> most = new ArrayList<>();
    List<double[]> least = new ArrayList<>();
    double noisiest = 0;
    for (ModuleRanges.Step step : ranges.steps()) {
      // Noise falls during a run, so its axis runs from the noisiest timestep down.
      most.add(new double[]{-step.timestep(), step.max()});
      least.add(new double[]{-step.timestep(), step.min()});
      noisiest = Math.max(noisiest, step.timestep());
    }
    Charts.cover(timestep, -noisiest, 0, 4);
    Charts.cover(range, Math.min(ranges.low(), ranges.min()),
        Math.max(ranges.high(), ranges.max()), 3);
    double from = timestep.getLowerBound();
    steps.getData()
        .setAll(List.of(Charts.series(texts.get("ranges.largest"), most),
            Charts.series(texts.get("ranges.smallest"), least),
            Charts.series(texts.get("ranges.clip"), List.of(new double[]{from, ranges.high()},
                new double[]{0, ranges.high()})),
            Charts.series("", List.of(new double[]{from, ranges.low()},
                new double[]{0, ranges.low()}))));
  }

  /** Share of the numbers in parts of the histogram that lie wholly outside the range. */
  private static double outside(ModuleRanges ranges) {
    double[] counts = ranges.histogram();
    double width = (ranges.histogramHigh() - ranges.histogramLow()) / counts.length;
    double clipped = 0;
    for (int i = 0; i < counts.length; i++) {
      double from = ranges.histogramLow() + i * width;
      double below = Math.clamp((ranges.low() - from) / Math.max(width, 1e-300), 0, 1);
      double above =
          Math.clamp((from + width - ranges.high()) / Math.max(width, 1e-300), 0, 1);
      clipped += counts[i] * Math.min(1, below + above);
    }
    return clipped / Math.max(1, sum(counts));
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double each : values) {
      sum += each;
    }
    return sum;
  }

  private String small(double number) {
    double size = Math.abs(number);
    return size == 0 ? "0"
        : size >= 0.01
            ? numbers.fixed(number, size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3)
            : numbers.scientific(number);
  }
}

package io.granular.engine.cli;

import io.granular.engine.analyze.AnalysisResult;
import io.granular.engine.analyze.AnalysisResult.Effect;
import io.granular.engine.analyze.AnalysisResult.LayerSqnr;
import io.granular.engine.analyze.AnalysisResult.UnitScore;
import io.granular.engine.metric.Interval;
import io.granular.engine.report.Measures;
import java.util.Comparator;
import java.util.List;

/** An analysis for people: the units that matter most come first. */
final class AnalysisText {
  private final AnalysisResult result;

  private AnalysisText(AnalysisResult result) {
    this.result = result;
  }

  static String of(AnalysisResult result) {
    return new AnalysisText(result).text();
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    if (!result.units().isEmpty()) {
      text.append(units()).append('\n');
    }
    if (!result.sqnr().isEmpty()) {
      text.append(sqnr()).append('\n');
    }
    text.append(totals());
    if (!result.divergence().isEmpty()) {
      text.append('\n').append(divergence());
    }
    String what = result.error().equals("latents") ? "final latents" : "U-Net predictions";
    return text + "\nErrors are mean squared errors of " + what + " against fp32, measured on "
        + result.prompts().size() + " prompts x " + result.seeds().size() + " seeds, "
        + result.steps() + " steps; +- is half a 95 % confidence interval.\n";
  }

  private String units() {
    Table table =
        new Table().row("unit", "bytes saved", "error alone", "relative", "psnr", "flip", "blame");
    Comparator<UnitScore> order = Comparator.comparingDouble(AnalysisText::weight);
    for (UnitScore unit : result.units().stream().sorted(order.reversed()).toList()) {
      Effect alone = unit.sensitivity();
      Interval blame = unit.blame();
      table.row(unit.unit(), Measures.bytes(unit.bytesSaved()),
          alone == null ? "-" : interval(alone.error()),
          alone == null ? "-" : relative(alone),
          alone == null ? "-" : decibel(alone.psnr()),
          alone == null ? "-" : interval(alone.flip()),
          blame == null ? "-" : interval(blame));
    }
    return table.toString();
  }

  private static double weight(UnitScore unit) {
    Effect alone = unit.sensitivity();
    Interval blame = unit.blame();
    return alone != null ? alone.error().mean() : blame != null ? blame.mean() : 0;
  }

  private String sqnr() {
    Table table = new Table().row("layer", "sqnr at t=" + (int) (double) result.timesteps()
        .getFirst(), "lowest", "at t=" + (int) (double) result.timesteps().getLast());
    Comparator<LayerSqnr> order = Comparator.comparingDouble(AnalysisText::lowest);
    for (LayerSqnr layer : result.sqnr().stream().sorted(order).toList()) {
      List<Double> db = layer.decibel();
      table.row(layer.module(), decibel(db.getFirst()), decibel(lowest(layer)),
          decibel(db.getLast()));
    }
    return table.toString();
  }

  private static double lowest(LayerSqnr layer) {
    return layer.decibel().stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN);
  }

  private String totals() {
    Table table = new Table().row("pipeline", "error", "relative", "psnr", "flip");
    effect(table, result.recipe(), result.total());
    if (result.rest() != null) {
      effect(table, "with all units restored", result.rest());
    }
    result.noiseFloor().forEach(floor -> effect(table, floor.kernels(), floor.effect()));
    return table.toString();
  }

  private void effect(Table table, String name, Effect effect) {
    table.row(name, interval(effect.error()), relative(effect), decibel(effect.psnr()),
        interval(effect.flip()));
  }

  private String divergence() {
    Table table = new Table().row("evaluation", "relative distance of the latents");
    for (int i = 0; i < result.divergence().size(); i++) {
      table.row(Integer.toString(i + 1), interval(result.divergence().get(i)));
    }
    return table.toString();
  }

  private String relative(Effect effect) {
    return "%.3g".formatted(effect.error().mean() / result.signal());
  }

  private static String decibel(double value) {
    return Double.isNaN(value) ? "-" : Measures.decibel(value);
  }

  private static String interval(Interval interval) {
    return interval.samples() == 0 ? "-"
        : interval.samples() == 1 ? "%.3g".formatted(interval.mean())
            : "%.3g +- %.2g".formatted(interval.mean(), interval.high() - interval.mean());
  }
}

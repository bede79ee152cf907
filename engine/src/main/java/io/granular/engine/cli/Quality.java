package io.granular.engine.cli;

import io.granular.engine.metric.Interval;
import io.granular.engine.report.Measures;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How far recipes are from a reference.
 *
 * @param model what was run
 * @param reference name of the reference
 * @param base name of the side that ratios are to
 * @param prompts of the pictures
 * @param seeds of each prompt
 * @param sides all but the reference
 */
record Quality(String model, String reference, String base, List<String> prompts,
    List<Long> seeds, List<Side> sides) {

  /** Identical pictures have no finite PSNR; they count as this. */
  static final double HIGHEST_PSNR = 99;

  /**
   * One recipe.
   *
   * @param latentMse mean squared error of the final latents
   * @param psnr of the pictures in dB
   * @param ratio geometric mean of its latents' squared errors divided by the base's; null for the base itself
   * @param weights bytes of weights and scales
   * @param latentMses of each picture: all seeds of the first prompt, then of the second
   * @param psnrs of each picture
   * @param notes of its runs
   */
  record Side(String name, Interval latentMse, Interval psnr, @Nullable Interval ratio,
      long weights, List<Double> latentMses, List<Double> psnrs, List<String> notes) {

    static Side of(String name, List<Double> mses, List<Double> psnrs, long weights,
        @Nullable Side base, List<String> notes) {
      return new Side(name, Interval.of(numbers(mses)), Interval.of(numbers(psnrs)),
          base == null ? null : ratio(numbers(mses), numbers(base.latentMses)), weights, mses,
          psnrs, notes);
    }

    private static Interval ratio(double[] errors, double[] base) {
      double[] logs = new double[errors.length];
      for (int i = 0; i < logs.length; i++) {
        logs[i] = Math.log(errors[i] / base[i]);
      }
      Interval log = Interval.of(logs);
      return new Interval(Math.exp(log.mean()), Math.exp(log.low()), Math.exp(log.high()),
          log.samples());
    }

    private static double[] numbers(List<Double> values) {
      return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
  }

  String text() {
    Table table = new Table().row("side", "latent MSE", "PSNR", "error / " + base, "weights");
    for (Side side : sides) {
      table.row(side.name, interval(side.latentMse, "%.5f"), interval(side.psnr, "%.2f") + " dB",
          side.ratio == null ? "-" : interval(side.ratio, "%.2f"), Measures.bytes(side.weights));
    }
    return table + "\nMeans over " + prompts.size() * seeds.size() + " pictures (" + prompts.size()
        + " prompts, " + seeds.size() + " seeds) against " + reference
        + ", with 95 % confidence intervals; the last but one is a geometric mean.\n";
  }

  private static String interval(Interval i, String format) {
    String mean = String.format(Locale.ROOT, format, i.mean());
    return Double.isNaN(i.low()) ? mean
        : mean + " [" + String.format(Locale.ROOT, format, i.low()) + ", "
            + String.format(Locale.ROOT, format, i.high()) + "]";
  }
}

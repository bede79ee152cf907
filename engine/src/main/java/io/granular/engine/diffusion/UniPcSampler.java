package io.granular.engine.diffusion;

import java.util.ArrayList;
import java.util.List;

/**
 * UniPC (Zhao et al., 2023): a multistep predictor whose every step is corrected once the network
 * was evaluated at its end, at no further evaluation. Over the predicted clean latents, or over the
 * predicted noise if the config says so.
 */
final class UniPcSampler extends Sampler {
  private static final int MAX_ORDER = 6;

  private final LogSnr[] levels;
  private final Prediction prediction;
  private final Clipping clipping;
  private final boolean predictsOriginal;
  private final boolean bh2;
  private final int order;
  private final boolean lowerAtEnd;
  private final List<Integer> uncorrected;
  /** The last converted outputs, newest last. */
  private final List<float[]> outputs = new ArrayList<>();
  private float[] lastLatents = {};
  private int lastOrder;

  UniPcSampler(Settings settings, int steps) {
    this(settings, schedule(settings, steps));
  }

  private UniPcSampler(Settings settings, SigmaSchedule schedule) {
    super(schedule.falling().timesteps());
    levels = LogSnr.of(schedule.sigmas());
    prediction = settings.prediction();
    clipping = Clipping.of(settings);
    predictsOriginal = settings.flag("predict_x0");
    bh2 = settings.oneOf("solver_type", "bh1", "bh2").equals("bh2");
    order = settings.integer("solver_order", 1, MAX_ORDER);
    lowerAtEnd = settings.flag("lower_order_final");
    uncorrected = settings.integers("disable_corrector");
    boolean endsAtZero = levels[evaluations()].sigma() == 0;
    if (endsAtZero && !(predictsOriginal && bh2 && (lowerAtEnd || order == 1))) {
      throw settings.bad("final_sigmas_type",
          "unipc can end at sigma zero only with predict_x0, solver_type bh2 and"
              + " lower_order_final; set it to sigma_min or choose another sampler.");
    }
  }

  @Override
  StepResult advance(float[] out, int index, float[] x, NoiseSource noise) {
    LogSnr now = levels[index];
    float[] original = prediction.original(x, out, now.alpha(), now.sigma());
    float[] converted = predictsOriginal
        ? clipping.apply(original)
        : prediction.noise(x, out, now.alpha(), now.sigma());
    float[] corrected = index > 0 && !uncorrected.contains(index - 1)
        ? correct(index, converted)
        : x;
    if (outputs.size() == order) {
      outputs.removeFirst();
    }
    outputs.add(converted);
    lastOrder = Math.min(outputs.size(),
        lowerAtEnd ? Math.min(order, evaluations() - index) : order);
    lastLatents = corrected;
    return new StepResult(predict(index, corrected), predictsOriginal ? converted : original);
  }

  private float[] predict(int index, float[] x) {
    UniPcWeights weights = weights(index, index + 1);
    float[] result = weights.firstOrder(x, outputs.getLast());
    float[] rhos = lastOrder == 2 ? new float[]{0.5f} : weights.predictor();
    return lastOrder == 1
        ? result
        : Floats.sum(1, result, -weights.step(), higherOrders(weights, rhos));
  }

  private float[] correct(int index, float[] converted) {
    UniPcWeights weights = weights(index - 1, index);
    float[] newest = outputs.getLast();
    float[] rhos = lastOrder == 1 ? new float[]{0.5f} : weights.corrector();
    float[] change = Floats.sum(1, higherOrders(weights, rhos), rhos[lastOrder - 1],
        Floats.subtract(converted, newest));
    return Floats.sum(1, weights.firstOrder(lastLatents, newest), -weights.step(), change);
  }

  /** The divided differences of the earlier outputs from the newest, weighted. */
  private float[] higherOrders(UniPcWeights weights, float[] rhos) {
    int newest = outputs.size() - 1;
    float[] sum = new float[outputs.get(newest).length];
    for (int k = 1; k < lastOrder; k++) {
      float[] difference = Floats.divide(
          Floats.subtract(outputs.get(newest - k), outputs.get(newest)), weights.rk(k - 1));
      sum = Floats.sum(1, sum, rhos[k - 1], difference);
    }
    return sum;
  }

  private UniPcWeights weights(int from, int to) {
    float h = levels[to].lambda() - levels[from].lambda();
    float[] rks = new float[lastOrder];
    for (int k = 1; k < lastOrder; k++) {
      rks[k - 1] = (levels[from - k].lambda() - levels[from].lambda()) / h;
    }
    rks[lastOrder - 1] = 1;
    return UniPcWeights.of(levels[from], levels[to], rks, predictsOriginal, bh2);
  }

  private static SigmaSchedule schedule(Settings settings, int steps) {
    NoiseSchedule trained = NoiseSchedule.withSignal(settings);
    return SigmaSchedule.whole(settings, trained, trained.size(), steps);
  }
}

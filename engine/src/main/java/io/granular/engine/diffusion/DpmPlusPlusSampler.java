package io.granular.engine.diffusion;

import java.util.ArrayList;
import java.util.List;

/**
 * DPM-Solver++ (Lu et al., 2022b): a multistep exponential integrator over the predicted clean
 * latents, of order 1, 2 or 3, optionally as a stochastic equation.
 */
final class DpmPlusPlusSampler extends Sampler {
  /** Below this many steps the last ones use a lower order, which is more stable there. */
  private static final int FEW_STEPS = 15;

  private final LogSnr[] levels;
  private final Prediction prediction;
  private final Clipping clipping;
  private final int order;
  private final boolean stochastic;
  private final boolean heun;
  private final boolean lastIsFirstOrder;
  private final boolean lowerAtEnd;
  private final List<float[]> originals = new ArrayList<>();

  DpmPlusPlusSampler(Settings settings, int steps) {
    this(settings, schedule(settings, steps));
  }

  private DpmPlusPlusSampler(Settings settings, SigmaSchedule schedule) {
    super(schedule.falling().timesteps());
    levels = LogSnr.of(schedule.sigmas());
    prediction = settings.prediction();
    clipping = Clipping.of(settings);
    order = settings.integer("solver_order", 1, 3);
    stochastic = settings.oneOf("algorithm_type", "dpmsolver++", "sde-dpmsolver++")
        .startsWith("sde");
    heun = settings.oneOf("solver_type", "midpoint", "heun").equals("heun");
    lowerAtEnd = settings.flag("lower_order_final") && evaluations() < FEW_STEPS;
    lastIsFirstOrder = lowerAtEnd || settings.flag("euler_at_final")
        || levels[evaluations()].sigma() == 0;
  }

  /** Draws after every step, also where the noise weighs nothing. */
  @Override
  public int noiseDraws() {
    return stochastic ? evaluations() : 0;
  }

  @Override
  StepResult advance(float[] out, int index, float[] x, NoiseSource noise) {
    LogSnr now = levels[index];
    float[] original = clipping.apply(prediction.original(x, out, now.alpha(), now.sigma()));
    if (originals.size() == order) {
      originals.removeFirst();
    }
    originals.add(original);
    DpmPlusPlusWeights weights = stochastic
        ? DpmPlusPlusWeights.stochastic(now, levels[index + 1])
        : DpmPlusPlusWeights.deterministic(now, levels[index + 1]);
    float[] latents = step(weights, index, x);
    return new StepResult(stochastic
        ? Floats.sum(1, latents, weights.noise(), noise.next(x.length))
        : latents, original);
  }

  /** The step without its noise. */
  private float[] step(DpmPlusPlusWeights weights, int index, float[] x) {
    float[] first = Floats.sum(weights.keep(), x, weights.zeroth(), originals.getLast());
    int usable = orderAt(index);
    if (usable == 1) {
      return first;
    }
    float[] slope = slope(index, 0);
    if (usable == 2) {
      return Floats.sum(1, first, heun ? weights.first() : 0.5f * weights.zeroth(), slope);
    }
    float r0 = ratio(index, 0);
    float r1 = ratio(index, 1);
    float[] change = Floats.subtract(slope, slope(index, 1));
    float[] d1 = Floats.sum(1, slope, r0 / (r0 + r1), change);
    float[] d2 = Floats.scale(1 / (r0 + r1), change);
    return Floats.sum(1, Floats.sum(1, first, weights.first(), d1), weights.second(), d2);
  }

  private int orderAt(int index) {
    int left = evaluations() - index;
    if (left == 1 && lastIsFirstOrder) {
      return 1;
    }
    return Math.min(left == 2 && lowerAtEnd ? 2 : order, originals.size());
  }

  /** How fast the clean latents changed over the step {@code back} before the last one. */
  private float[] slope(int index, int back) {
    int last = originals.size() - 1;
    return Floats.scale(1 / ratio(index, back),
        Floats.subtract(originals.get(last - back), originals.get(last - back - 1)));
  }

  /** The length of the step {@code back} before the last one, in units of the present one. */
  private float ratio(int index, int back) {
    float h = levels[index + 1].lambda() - levels[index].lambda();
    return (levels[index - back].lambda() - levels[index - back - 1].lambda()) / h;
  }

  private static SigmaSchedule schedule(Settings settings, int steps) {
    NoiseSchedule trained = NoiseSchedule.withSignal(settings);
    return SigmaSchedule.whole(settings, trained, lastTimestep(settings, trained), steps);
  }

  /** Leaves out the noisiest timesteps, whose lambda is below the config's bound. */
  private static int lastTimestep(Settings settings, NoiseSchedule trained) {
    double bound = settings.number("lambda_min_clipped", Double.NEGATIVE_INFINITY, 0);
    int last = trained.size();
    while (last > 2 && lambda(trained.alpha(last - 1)) < (float) bound) {
      last--;
    }
    return last;
  }

  private static float lambda(float alpha) {
    return Floats.log(Floats.sqrt(alpha)) - Floats.log(Floats.sqrt(1 - alpha));
  }
}

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
    float[] latents = step(index, x);
    if (stochastic) {
      latents = Floats.sum(1, latents, spread(index), noise.next(x.length));
    }
    return new StepResult(latents, original);
  }

  /** The deterministic part; the {@code d}s are the derivatives of the clean latents by lambda. */
  private float[] step(int index, float[] x) {
    LogSnr from = levels[index];
    LogSnr to = levels[index + 1];
    float h = to.lambda() - from.lambda();
    float decay = stochastic ? 1 - Floats.exp(-2 * h) : Floats.exp(-h) - 1;
    float keep =
        stochastic ? to.sigma() / from.sigma() * Floats.exp(-h) : to.sigma() / from.sigma();
    // Written so that a deterministic step subtracts and a stochastic one adds, as the papers do.
    float zeroth = stochastic ? to.alpha() * decay : -(to.alpha() * decay);
    float[] result = Floats.sum(keep, x, zeroth, originals.getLast());
    int usable = orderAt(index);
    if (usable == 1) {
      return result;
    }
    float firstWeight = to.alpha() * (decay / (stochastic ? -2 * h : h) + 1);
    float[] d10 = slope(index, h, 0);
    if (usable == 2) {
      return Floats.sum(1, result, heun ? firstWeight : 0.5f * zeroth, d10);
    }
    float[] d11 = slope(index, h, 1);
    float r0 = ratio(index, h, 0);
    float r1 = ratio(index, h, 1);
    float[] difference = Floats.subtract(d10, d11);
    float[] d1 = Floats.sum(1, d10, r0 / (r0 + r1), difference);
    float[] d2 = Floats.scale(1 / (r0 + r1), difference);
    float secondWeight = stochastic
        ? to.alpha() * ((1 - Floats.exp(-2 * h) - 2 * h) / (2 * h * (2 * h)) - 0.5f)
        : -(to.alpha() * ((decay + h) / (h * h) - 0.5f));
    return Floats.sum(1, Floats.sum(1, result, firstWeight, d1), secondWeight, d2);
  }

  private int orderAt(int index) {
    int left = evaluations() - index;
    if (left == 1 && lastIsFirstOrder) {
      return 1;
    }
    return Math.min(left == 2 && lowerAtEnd ? 2 : order, originals.size());
  }

  /** How fast the clean latents changed over the step {@code back} steps ago, per {@code h}. */
  private float[] slope(int index, float h, int back) {
    int last = originals.size() - 1;
    return Floats.scale(1 / ratio(index, h, back),
        Floats.subtract(originals.get(last - back), originals.get(last - back - 1)));
  }

  /** The length of the step before the one {@code back} steps ago, in units of {@code h}. */
  private float ratio(int index, float h, int back) {
    return (levels[index - back].lambda() - levels[index - back - 1].lambda()) / h;
  }

  /** The weight of the noise that a stochastic step adds. */
  private float spread(int index) {
    LogSnr to = levels[index + 1];
    float h = to.lambda() - levels[index].lambda();
    return to.sigma() * Floats.sqrt(1 - Floats.exp(-2 * h));
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

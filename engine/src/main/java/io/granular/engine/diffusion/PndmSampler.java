package io.granular.engine.diffusion;

import java.util.ArrayList;
import java.util.List;

/**
 * Pseudo numerical methods (Liu et al., 2022): a linear multistep method over the last four
 * outputs. It starts with lower orders, repeating the first step once, or with twelve Runge-Kutta
 * evaluations if the config does not skip them.
 */
final class PndmSampler extends Sampler {
  private static final int ORDER = 4;

  private final NoiseSchedule schedule;
  private final Prediction prediction;
  private final float finalAlpha;
  private final int stride;
  private final int rungeKutta;
  private final List<float[]> outputs = new ArrayList<>();
  /** The latents at the start of the step that takes several evaluations. */
  private float[] start = {};
  private float[] weighted = {};

  PndmSampler(Settings settings, int steps) {
    this(settings, NoiseSchedule.of(settings), steps);
  }

  private PndmSampler(Settings settings, NoiseSchedule schedule, int steps) {
    super(schedule.trained(PndmTimesteps.of(settings, schedule.size(), steps),
        settings.prediction()));
    this.schedule = schedule;
    prediction = settings.prediction();
    if (prediction == Prediction.SAMPLE) {
      throw settings.bad("prediction_type",
          "pndm supports epsilon and v_prediction; choose another sampler.");
    }
    finalAlpha = settings.flag("set_alpha_to_one") ? 1 : schedule.alpha(0);
    stride = schedule.size() / steps;
    rungeKutta = settings.flag("skip_prk_steps") ? 0 : PndmTimesteps.RUNGE_KUTTA;
  }

  @Override
  StepResult advance(float[] out, int index, float[] x, NoiseSource noise) {
    float alpha = schedule.alpha((int) timestep(index));
    float[] original = prediction.original(x, out, Floats.sqrt(alpha), Floats.sqrt(1 - alpha));
    return new StepResult(
        index < rungeKutta ? rungeKutta(out, index, x) : multistep(out, index, x), original);
  }

  private float[] rungeKutta(float[] out, int index, float[] x) {
    int from = (int) timestep(index / ORDER * ORDER);
    int to = (int) timestep(index) - (index % 2 == 0 ? stride / 2 : 0);
    return switch (index % ORDER) {
      case 0 -> {
        start = x;
        outputs.add(out);
        weighted = Floats.scale((float) (1 / 6.0), out);
        yield transfer(x, from, to, out);
      }
      case 1, 2 -> {
        weighted = Floats.sum(1, weighted, (float) (1 / 3.0), out);
        yield transfer(start, from, to, out);
      }
      default -> transfer(start, from, to, Floats.sum(1, weighted, (float) (1 / 6.0), out));
    };
  }

  private float[] multistep(float[] out, int index, float[] x) {
    int t = (int) timestep(index);
    if (index == 1 && rungeKutta == 0) {
      // The second evaluation corrects the first step instead of taking another.
      float[] mean = Floats.divide(Floats.sum(1, out, 1, outputs.getLast()), 2);
      return transfer(start, t + stride, t, mean);
    }
    if (outputs.size() == ORDER) {
      outputs.removeFirst();
    }
    outputs.add(out);
    if (index == 0) {
      start = x;
    }
    return transfer(x, t, t - stride, extrapolated());
  }

  /** Adams-Bashforth over the outputs so far, the newest last. */
  private float[] extrapolated() {
    List<float[]> e = outputs.reversed();
    return switch (e.size()) {
      case 1 -> e.get(0);
      case 2 -> Floats.divide(Floats.sum(3, e.get(0), -1, e.get(1)), 2);
      case 3 -> Floats.divide(
          Floats.sum(1, Floats.sum(23, e.get(0), -16, e.get(1)), 5, e.get(2)), 12);
      default -> Floats.scale((float) (1 / 24.0), Floats.sum(1, Floats.sum(1,
          Floats.sum(55, e.get(0), -59, e.get(1)), 37, e.get(2)), -9, e.get(3)));
    };
  }

  /** Equation 9: from one timestep to an earlier one along the given output. */
  private float[] transfer(float[] x, int from, int to, float[] out) {
    float alpha = schedule.alpha(from);
    float alphaTo = to >= 0 ? schedule.alpha(to) : finalAlpha;
    float beta = 1 - alpha;
    float[] noise = prediction.noise(x, out, Floats.sqrt(alpha), Floats.sqrt(beta));
    float divisor = alpha * Floats.sqrt(1 - alphaTo) + Floats.sqrt(alpha * beta * alphaTo);
    return Floats.sum(Floats.sqrt(alphaTo / alpha), x, -1,
        Floats.divide(Floats.scale(alphaTo - alpha, noise), divisor));
  }
}

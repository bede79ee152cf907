package io.granular.engine.diffusion;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/** The timesteps of PNDM's evaluations, of which several belong to one step. */
final class PndmTimesteps {
  /** Evaluations of the Runge-Kutta start: three steps of four. */
  static final int RUNGE_KUTTA = 12;
  private static final int LEAST_STEPS = 4;

  private PndmTimesteps() {}

  static double[] of(Settings settings, int trained, int steps) {
    double[] plain = Timesteps.rounded(Timesteps.of(settings.spacing(), trained, steps,
        settings.integer("steps_offset", 0, trained)));
    if (settings.flag("skip_prk_steps")) {
      return steps == 1 ? plain : secondTwice(plain);
    }
    if (steps < LEAST_STEPS) {
      throw new IllegalArgumentException("pndm with its Runge-Kutta start takes at least "
          + LEAST_STEPS + " steps, not " + steps + ".");
    }
    return DoubleStream.concat(Arrays.stream(rungeKutta(plain, trained / steps / 2)),
        Arrays.stream(plain, LEAST_STEPS - 1, steps)).toArray();
  }

  private static double[] secondTwice(double[] plain) {
    return DoubleStream.concat(DoubleStream.of(plain[0], plain[1]), Arrays.stream(plain, 1,
        plain.length)).toArray();
  }

  /** Each step: its start, its middle twice, and its end, where the next one starts. */
  private static double[] rungeKutta(double[] plain, int half) {
    double[] t = new double[RUNGE_KUTTA];
    for (int i = 0; i < RUNGE_KUTTA; i += 4) {
      int step = i / 4;
      t[i] = plain[step];
      t[i + 1] = plain[step + 1] + half;
      t[i + 2] = plain[step + 1] + half;
      t[i + 3] = plain[step + 1];
    }
    return t;
  }
}

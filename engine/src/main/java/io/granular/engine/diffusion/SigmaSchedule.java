package io.granular.engine.diffusion;

import java.util.Arrays;

/**
 * The noise levels of the samplers that think in sigmas (noise over signal) and the timesteps they
 * are told to the network as.
 *
 * @param timesteps one per step
 * @param sigmas one per step, in single precision, and the one where the run ends
 */
record SigmaSchedule(double[] timesteps, float[] sigmas) {
  private static final double KARRAS_RHO = 7;

  /**
   * The same, if every step but perhaps the last lowers the noise.
   *
   * @throws IllegalArgumentException if two levels are equal, over which no solver can step
   */
  SigmaSchedule falling() {
    for (int i = 1; i < timesteps.length; i++) {
      if (!(sigmas[i] < sigmas[i - 1])) {
        throw new IllegalArgumentException("With " + timesteps.length + " steps the noise levels"
            + " of steps " + i + " and " + (i + 1) + " are the same; take fewer steps.");
      }
    }
    return this;
  }

  /** For Euler, Euler ancestral and Heun: timesteps may lie between two trained ones. */
  static SigmaSchedule continuous(Settings settings, NoiseSchedule trained, int steps) {
    double[] timesteps = Timesteps.single(Timesteps.of(settings.spacing(), trained.size(), steps,
        settings.integer("steps_offset", 0, trained.size())));
    float[] trainedSigmas = trained.sigmas();
    double[] sigmas = settings.has("interpolation_type")
        && settings.oneOf("interpolation_type", "linear", "log_linear").equals("log_linear")
            ? logLinear(trainedSigmas, steps)
            : SigmaTable.interpolate(timesteps, trainedSigmas);
    SigmaSpacing spacing = settings.sigmaSpacing();
    if (spacing != SigmaSpacing.DEFAULT) {
      sigmas = spread(settings, spacing, sigmas, steps);
      timesteps = Timesteps.single(new SigmaTable(trainedSigmas).timesteps(sigmas));
    }
    float end = settings.has("final_sigmas_type") && endsAtLeast(settings) ? trainedSigmas[0] : 0;
    float[] all = withEnd(sigmas, end);
    return isContinuousV(settings)
        ? new SigmaSchedule(quarterLogs(all), all)
        : new SigmaSchedule(timesteps, all);
  }

  /** For DPM-Solver++ and UniPC: whole timesteps. */
  static SigmaSchedule whole(Settings settings, NoiseSchedule trained, int last, int steps) {
    float[] trainedSigmas = trained.sigmas();
    SigmaTable table = new SigmaTable(trainedSigmas);
    SigmaSpacing spacing = settings.sigmaSpacing();
    boolean unipc = settings.has("predict_x0");
    if (spacing == SigmaSpacing.DEFAULT) {
      double[] timesteps = Timesteps.ofGrid(settings.spacing(), trained.size(), last, steps,
          settings.integer("steps_offset", 0, trained.size()));
      double[] sigmas = SigmaTable.interpolate(timesteps, trainedSigmas);
      return new SigmaSchedule(timesteps,
          withEnd(sigmas, endsAtLeast(settings) ? trainedSigmas[0] : 0));
    }
    double[] sigmas = spacing == SigmaSpacing.LU
        ? table.evenLogarithms(steps)
        : spread(settings, spacing, SigmaTable.descending(trainedSigmas), steps);
    boolean round = spacing != SigmaSpacing.EXPONENTIAL
        && (unipc || !settings.json().path("beta_schedule").asText().equals("squaredcos_cap_v2"));
    double[] timesteps = table.timesteps(sigmas);
    timesteps = Arrays.stream(timesteps).map(round ? Math::rint : Math::floor).toArray();
    double least = unipc ? sigmas[steps - 1] : trainedSigmas[0];
    return new SigmaSchedule(timesteps,
        withEnd(sigmas, endsAtLeast(settings) ? (float) least : 0));
  }

  private static boolean endsAtLeast(Settings settings) {
    return settings.oneOf("final_sigmas_type", "zero", "sigma_min").equals("sigma_min");
  }

  /** EDM-style models are told a quarter of the logarithm of sigma instead of a timestep. */
  private static boolean isContinuousV(Settings settings) {
    return settings.has("timestep_type")
        && settings.oneOf("timestep_type", "discrete", "continuous").equals("continuous")
        && settings.prediction() == Prediction.V;
  }

  private static double[] quarterLogs(float[] sigmas) {
    double[] timesteps = new double[sigmas.length - 1];
    for (int i = 0; i < timesteps.length; i++) {
      timesteps[i] = 0.25f * Floats.log(sigmas[i]);
    }
    return timesteps;
  }

  private static double[] logLinear(float[] trained, int steps) {
    float[] logs = NoiseSchedule.linspace(Floats.log(trained[trained.length - 1]),
        Floats.log(trained[0]), steps + 1);
    double[] sigmas = new double[logs.length];
    for (int i = 0; i < logs.length; i++) {
      sigmas[i] = Floats.exp(logs[i]);
    }
    return sigmas;
  }

  /** Spreads the levels anew between the first and the last, or the config's bounds. */
  private static double[] spread(Settings settings, SigmaSpacing spacing, double[] sigmas,
      int steps) {
    Double configMin = settings.positiveOrNull("sigma_min");
    Double configMax = settings.positiveOrNull("sigma_max");
    double min = configMin == null ? sigmas[sigmas.length - 1] : configMin;
    double max = configMax == null ? sigmas[0] : configMax;
    if (spacing == SigmaSpacing.EXPONENTIAL) {
      return Arrays.stream(Timesteps.linspace(Math.log(max), Math.log(min), steps))
          .map(Math::exp)
          .toArray();
    }
    double from = Math.pow(max, 1 / KARRAS_RHO);
    double to = Math.pow(min, 1 / KARRAS_RHO);
    return Arrays.stream(Timesteps.linspace(0, 1, steps))
        .map(ramp -> Math.pow(from + ramp * (to - from), KARRAS_RHO))
        .toArray();
  }

  private static float[] withEnd(double[] sigmas, float end) {
    float[] all = new float[sigmas.length + 1];
    for (int i = 0; i < sigmas.length; i++) {
      all[i] = (float) sigmas[i];
    }
    all[sigmas.length] = end;
    return all;
  }
}

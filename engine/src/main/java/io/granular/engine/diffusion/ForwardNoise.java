package io.granular.engine.diffusion;

/** The forward process: clean latents made as noisy as they are at a timestep. */
public final class ForwardNoise {
  private final NoiseSchedule schedule;

  private ForwardNoise(NoiseSchedule schedule) {
    this.schedule = schedule;
  }

  /** With the noise schedule of these options. */
  public static ForwardNoise of(SamplerOptions options) {
    return new ForwardNoise(NoiseSchedule.of(options.settings()));
  }

  /** {@code sqrt(a) * clean + sqrt(1 - a) * noise}, as diffusers' {@code add_noise}. */
  public float[] add(float[] clean, float[] noise, double timestep) {
    float alpha = schedule.alpha((int) timestep);
    float signal = Floats.sqrt(alpha);
    float rest = Floats.sqrt(1 - alpha);
    float[] noisy = new float[clean.length];
    for (int i = 0; i < noisy.length; i++) {
      noisy[i] = signal * clean[i] + rest * noise[i];
    }
    return noisy;
  }

  /** Squared weight of the signal over that of the noise at a timestep. */
  public double signalToNoise(double timestep) {
    double alpha = schedule.alpha((int) timestep);
    return alpha / (1 - alpha);
  }
}

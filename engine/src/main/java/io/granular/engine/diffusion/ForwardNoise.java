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

  /** How many timesteps there are; they count from 0. */
  public int timesteps() {
    return schedule.size();
  }

  /**
   * What a network is to predict of noised latents: the noise, {@code sqrt(a) * noise - sqrt(1 - a) * clean} as diffusers'
   * {@code get_velocity}, or the clean latents.
   */
  public float[] target(float[] clean, float[] noise, double timestep, Prediction prediction) {
    return switch (prediction) {
      case EPSILON -> noise;
      case SAMPLE -> clean;
      case V -> {
        float alpha = schedule.alpha((int) timestep);
        float signal = Floats.sqrt(alpha);
        float rest = Floats.sqrt(1 - alpha);
        float[] velocity = new float[clean.length];
        for (int i = 0; i < velocity.length; i++) {
          velocity[i] = signal * noise[i] - rest * clean[i];
        }
        yield velocity;
      }
    };
  }
}

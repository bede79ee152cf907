package io.granular.engine.diffusion;

/**
 * One run of a sampler over the latents of one picture. The caller starts from
 * {@link #initialLatents}, then for each index evaluates the network at
 * {@code timesteps()[index]} on {@code scaleInput(latents, index)} and hands the output to
 * {@link #step}. An instance holds the run's history and is used for one run only.
 */
public abstract sealed class Sampler permits DdimSampler, PndmSampler, LcmSampler, SigmaSampler,
    DpmPlusPlusSampler, UniPcSampler {
  private final double[] timesteps;
  private int next;

  /** @param timesteps one per network evaluation; not copied */
  Sampler(double[] timesteps) {
    this.timesteps = timesteps;
  }

  /**
   * A sampler for one run.
   *
   * @param steps sampler steps; Heun evaluates the network {@code 2 * steps - 1} times, PNDM at
   *     least once more than {@code steps}
   * @throws IllegalArgumentException if the sampler or the model does not take so many steps, or the
   *     options contradict each other
   */
  public static Sampler of(SamplerOptions options, int steps) {
    Settings settings = options.settings();
    int most = NoiseSchedule.timesteps(settings);
    if (steps < 1 || steps > most) {
      throw new IllegalArgumentException("The number of steps is " + steps
          + "; this model takes from 1 to " + most + ".");
    }
    return switch (options.kind()) {
      case DDIM -> new DdimSampler(settings, steps);
      case PNDM -> new PndmSampler(settings, steps);
      case EULER -> new EulerSampler(settings, steps);
      case EULER_ANCESTRAL -> new EulerAncestralSampler(settings, steps);
      case HEUN -> new HeunSampler(settings, steps);
      case DPMPP_2M -> new DpmPlusPlusSampler(settings, steps);
      case UNIPC -> new UniPcSampler(settings, steps);
      case LCM -> new LcmSampler(settings, steps);
    };
  }

  /** What the network is told at each evaluation; the length is the number of evaluations. */
  public final double[] timesteps() {
    return timesteps.clone();
  }

  /** The standard deviation of the noise a run starts from. */
  public float initNoiseSigma() {
    return 1;
  }

  /** The latents a run starts from: normal noise, scaled by {@link #initNoiseSigma()}. */
  public final float[] initialLatents(float[] noise) {
    return Floats.scale(initNoiseSigma(), noise);
  }

  /** How many times the whole run draws noise, each time as much as the latents. */
  public int noiseDraws() {
    return 0;
  }

  /** The network's input at evaluation {@code index}. */
  public float[] scaleInput(float[] latents, int index) {
    return latents;
  }

  /**
   * Goes on from the network's output.
   *
   * @param modelOutput the guided output of evaluation {@code index}, as long as the latents
   * @param index counted from 0, each once and in order
   * @param latents the latents before scaling; not changed
   * @param noise asked by stochastic samplers for as many numbers as the latents have
   * @throws IllegalArgumentException if the index is not the next or the lengths differ
   */
  public final StepResult step(float[] modelOutput, int index, float[] latents,
      NoiseSource noise) {
    if (index != next || index >= timesteps.length) {
      throw new IllegalArgumentException("Evaluation " + index + " of " + timesteps.length
          + " was handed in where " + next + " is the next; start a new run with a new sampler.");
    }
    if (modelOutput.length != latents.length) {
      throw new IllegalArgumentException("The network's output has " + modelOutput.length
          + " numbers and the latents have " + latents.length + ".");
    }
    next++;
    return advance(modelOutput, index, latents, noise);
  }

  abstract StepResult advance(float[] out, int index, float[] x, NoiseSource noise);

  /** The timestep of evaluation {@code index}. */
  final double timestep(int index) {
    return timesteps[index];
  }

  final int evaluations() {
    return timesteps.length;
  }
}

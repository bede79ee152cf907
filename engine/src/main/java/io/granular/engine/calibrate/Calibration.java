package io.granular.engine.calibrate;

import java.util.List;

/**
 * What the layers of a pipeline compute on in full precision, and how that was found out. From it follow the ranges of
 * every static scheme: calibrating again is not needed to try another observer.
 *
 * @param provenance where it comes from
 * @param inputs the inputs of all layers observed, in the order the networks run
 */
public record Calibration(Provenance provenance, List<ObservedInput> inputs) {
  public Calibration {
    inputs = List.copyOf(inputs);
  }

  /**
   * Where a calibration comes from.
   *
   * @param model as it was named
   * @param modelDigest SHA-256 of its networks
   * @param source {@code built-in prompts}, or the prompts file or image folder
   * @param sourceDigest SHA-256 of the prompts or images
   * @param samples evaluations of the U-Net observed, each of one prompt or image at one timestep
   * @param timesteps the timesteps, the noisiest first
   * @param seed of the first prompt's noise; the next prompt has the next seed
   * @param guidance classifier-free guidance scale
   * @param width of the pictures in pixels
   * @param height of the pictures in pixels
   * @param excludeStartToken whether the start-of-text token was left out of cross-attention's keys and values
   */
  public record Provenance(String model, String modelDigest, String source, String sourceDigest,
      int samples, List<Double> timesteps, long seed, double guidance, int width, int height,
      boolean excludeStartToken) {
    public Provenance {
      timesteps = List.copyOf(timesteps);
    }
  }
}

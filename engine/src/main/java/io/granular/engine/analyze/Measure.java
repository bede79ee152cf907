package io.granular.engine.analyze;

/** What an analysis can measure. */
public enum Measure {
  /** Signal to quantization noise of every quantized U-Net layer's output at every timestep. */
  SQNR,
  /** How much the result changes when one unit alone is quantized. */
  SENSITIVITY,
  /** How much nearer the result comes when one unit alone is restored to full precision. */
  BLAME,
  /** How far the trajectory is from the full-precision one after every step. */
  DIVERGENCE,
  /** How far full-precision runs of different kernels are from each other. */
  NOISE_FLOOR
}

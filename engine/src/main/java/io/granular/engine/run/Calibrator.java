package io.granular.engine.run;

import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/** Observes a model's layers over denoising trajectories, in the process that holds libtorch. */
@FunctionalInterface
public interface Calibrator {
  /**
   * Calibrates and writes the calibration.
   *
   * @param listener hears about every evaluation, on the calling thread
   * @param cancelled asked between evaluations
   * @throws CancellationException if {@code cancelled} answered true
   * @throws RuntimeException with a message that says what, where and the remedy
   */
  CalibrationResult calibrate(Job job, RunListener listener, BooleanSupplier cancelled);

  /**
   * A request with what its maker already knows.
   *
   * @param request what to do
   * @param modelDigest SHA-256 of the model's networks, for the record
   * @param sourceDigest SHA-256 of the prompts or images, for the record
   * @param output file to write
   */
  record Job(CalibrationRequest request, String modelDigest, String sourceDigest, Path output) {}
}

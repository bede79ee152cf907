package io.granular.engine.save;

import io.granular.engine.run.RunListener;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/** Quantizes and saves, in the process that holds libtorch. */
@FunctionalInterface
public interface Saver {
  /**
   * Saves, opens what was saved and compares a picture.
   *
   * @param listener hears of every module and of the check's steps, on the calling thread
   * @param cancelled asked between modules; nothing is left behind then
   * @throws java.util.concurrent.CancellationException if {@code cancelled} answered true
   * @throws RefusedException if the format cannot hold the plan
   * @throws RuntimeException with a message that says what, where and the remedy
   */
  SaveResult save(Job job, RunListener listener, BooleanSupplier cancelled);

  /**
   * A request with what its maker already knows.
   *
   * @param request what to save
   * @param version of Granular, for the record
   * @param scratch folder for the check's pictures; created if missing
   */
  record Job(SaveRequest request, String version, Path scratch) {}
}

package io.granular.engine.train;

import java.nio.file.Path;
import java.time.Instant;

/**
 * A training that was interrupted and can be resumed from its last checkpoint.
 *
 * @param folder with the checkpoint, beside the place of the trained model
 * @param request what was asked for
 * @param progress how far it had come
 * @param saved when the checkpoint was written
 * @param bytes of the folder
 */
public record UnfinishedTraining(Path folder, TrainingRequest request, Progress progress,
    Instant saved, long bytes) {
  /**
   * How far a training has come.
   *
   * @param step steps made
   * @param done share of the training, 0 to 1
   * @param seconds that it has been training
   * @param before held-out loss before training
   * @param best smallest held-out loss
   * @param bestStep after how many steps it was best; 0 if nothing was better than no training
   */
  public record Progress(int step, double done, double seconds, double before, double best,
      int bestStep) {}
}

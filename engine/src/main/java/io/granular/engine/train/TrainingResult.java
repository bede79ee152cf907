package io.granular.engine.train;

import io.granular.engine.run.RunProgress;
import java.nio.file.Path;
import java.util.List;

/**
 * A trained model. Losses are mean squared errors of the student's predictions against the full-precision teacher's on
 * lessons that were held out, all measured.
 *
 * @param folder diffusers folder with the trained weights, the recipe and where they come from
 * @param recipe the recipe's file in the folder
 * @param modules number of trained modules
 * @param parameters number of trained parameters
 * @param steps steps made
 * @param seconds that training took
 * @param before held-out loss of the recipe without training
 * @param best held-out loss of what was kept
 * @param bestStep after how many steps it was best
 * @param stopped whether it was ended early
 * @param curve held-out losses over time
 * @param pictures that were drawn meanwhile, in the folder; empty if none were asked for
 */
public record TrainingResult(Path folder, Path recipe, int modules, long parameters, int steps,
    double seconds, double before, double best, int bestStep, boolean stopped,
    List<Point> curve, List<RunProgress.Pictures> pictures) {
  public TrainingResult {
    pictures = List.copyOf(pictures);
    curve = List.copyOf(curve);
  }

  /**
   * A point of the loss curve.
   *
   * @param step steps made
   * @param seconds since training began
   * @param loss mean over the steps since the last point; NaN if there were none
   * @param heldOut loss on held-out lessons
   */
  public record Point(int step, double seconds, double loss, double heldOut) {}
}

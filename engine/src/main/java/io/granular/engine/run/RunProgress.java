package io.granular.engine.run;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a run stands.
 *
 * @param stage what is being done now
 * @param step network steps finished, 0 to {@code steps}
 * @param steps network steps in all
 * @param elapsedSeconds since the run started, measured
 * @param remainingSeconds estimate from the steps so far; NaN while unknown
 * @param preview PNG of the current estimate of the final picture, if this report brings one
 * @param learning where training stands; null in other runs
 */
public record RunProgress(Stage stage, int step, int steps, double elapsedSeconds,
    double remainingSeconds,
    @Nullable Path preview, @Nullable Learning learning) {
  /** Of a run that does not train. */
  public RunProgress(Stage stage, int step, int steps, double elapsedSeconds,
      double remainingSeconds, @Nullable Path preview) {
    this(stage, step, steps, elapsedSeconds, remainingSeconds, preview, null);
  }

  /**
   * Where training stands. Losses are mean squared errors of the student's predictions against what is to be predicted.
   *
   * @param loss of the last step's lessons
   * @param before of lessons that are held out, before training
   * @param heldOut of the same lessons, when they were last asked
   * @param best smallest so far
   * @param bestStep after how many steps it was best; 0 if nothing was better than no training
   * @param rate learning rate of the last step
   * @param trainedSeconds that it has been training, without loading and pauses
   * @param pictures drawn now; null in most reports
   */
  public record Learning(double loss, double before, double heldOut, double best, int bestStep,
      double rate, double trainedSeconds, @Nullable Pictures pictures) {}

  /**
   * The same noise denoised twice. The files stay until the run has ended.
   *
   * @param student PNG, by the student as it will be once it is quantized
   * @param teacher PNG, by the full-precision model; the same file each time
   * @param step of training
   */
  public record Pictures(Path student, Path teacher, int step) {}

  /** The stages of a run, in the order in which they begin; networks are quantized before each stage that needs them. */
  public enum Stage {
    STARTING, LOADING, CALIBRATING, ANALYZING, TRAINING,
    /** Between two steps of training. */
    PAUSED, QUANTIZING, TEXT, STEPS, DECODING, WRITING
  }
}

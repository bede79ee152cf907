package io.granular.engine.cli;

import io.granular.engine.report.Measures;
import io.granular.engine.run.RunListener;
import io.granular.engine.run.RunProgress;
import io.granular.engine.run.RunProgress.Learning;

/** A line whenever the held-out loss is known anew, about every half minute, besides the progress bar. */
final class TrainingLines implements RunListener {
  private final Console console;
  private final RunListener bar;
  private double last = Double.NaN;

  TrainingLines(Console console, RunListener bar) {
    this.console = console;
    this.bar = bar;
  }

  @Override
  public void progress(RunProgress progress) {
    Learning learning = progress.learning();
    if (learning != null && learning.heldOut() != last) {
      last = learning.heldOut();
      console.say((console.terminal() ? "\r\033[K" : "") + line(progress, learning));
    }
    if (learning != null && learning.pictures() != null) {
      console.say((console.terminal() ? "\r\033[K" : "") + "step " + progress.step() + ": drawn "
          + learning.pictures().student());
    }
    bar.progress(progress);
  }

  /** {@code step 120: loss 0.00512, held out 0.00634 (47.1 % of before), 3 min left}. */
  static String line(RunProgress progress, Learning learning) {
    String left = !(progress.remainingSeconds() > 0) ? ""
        : ", " + Measures.seconds(progress.remainingSeconds()) + " left";
    String loss = Double.isNaN(learning.loss()) ? "" : "loss %.5f, ".formatted(learning.loss());
    return "step %d: %sheld out %.5f (%.1f %% of before)%s".formatted(progress.step(), loss,
        learning.heldOut(), 100 * learning.heldOut() / learning.before(), left);
  }
}

package io.granular.engine.cli;

import io.granular.engine.report.Measures;
import io.granular.engine.run.RunListener;
import io.granular.engine.run.RunProgress;
import io.granular.engine.run.RunProgress.Stage;
import java.util.Locale;

/** One line on a terminal that is written over as a run goes on; silent elsewhere. */
final class ProgressBar implements RunListener, AutoCloseable {
  private static final int CELLS = 24;
  private static final String CLEAR = "\r\033[K";

  private final Console console;
  private final String title;

  ProgressBar(Console console, String title) {
    this.console = console;
    this.title = title;
  }

  @Override
  public void progress(RunProgress progress) {
    if (console.terminal()) {
      console.err().print(CLEAR + line(title, progress));
      console.err().flush();
    }
  }

  /** Leaves an empty line behind. */
  @Override
  public void close() {
    if (console.terminal()) {
      console.err().print(CLEAR);
      console.err().flush();
    }
  }

  /** {@code fp32  step 12/20 [##############----------]  1.10 s left}. */
  static String line(String title, RunProgress progress) {
    boolean counts = progress.stage() == Stage.STEPS
        || ((progress.stage() == Stage.CALIBRATING || progress.stage() == Stage.ANALYZING
            || progress.stage() == Stage.TRAINING || progress.stage() == Stage.WRITING)
            && progress.step() > 0);
    if (!counts || progress.steps() == 0) {
      return title + "  " + progress.stage().name().toLowerCase(Locale.ROOT) + "...";
    }
    int full = Math.clamp((long) CELLS * progress.step() / progress.steps(), 0, CELLS);
    String left = Double.isNaN(progress.remainingSeconds())
        ? ""
        : "  " + Measures.seconds(progress.remainingSeconds()) + " left";
    String what = progress.stage() == Stage.STEPS ? "step"
        : progress.stage().name().toLowerCase(Locale.ROOT);
    return "%s  %s %d/%d [%s%s]%s".formatted(title, what, progress.step(), progress.steps(),
        "#".repeat(full), "-".repeat(CELLS - full), left);
  }
}

package io.granular.app.session;

import io.granular.engine.run.RunResult;
import java.nio.file.Path;
import java.util.List;

/**
 * A finished run of one side.
 *
 * @param wanted what was asked
 * @param result what came out
 */
public record SideRun(Wanted wanted, RunResult result) {
  /** The number of positions of the step slider: every step, the last being the final picture. */
  public int steps() {
    return Math.max(1, result.previews().size());
  }

  /** The picture at {@code step}, counted from 1; the final one at the last step and beyond. */
  public Path frame(int step) {
    List<Path> previews = result.previews();
    return step >= steps() ? result.image() : previews.get(Math.max(step, 1) - 1);
  }

  /** Seconds spent on the picture itself: without loading and quantizing. */
  public double generationSeconds() {
    RunResult.Seconds seconds = result.seconds();
    return seconds.text() + seconds.steps().stream().mapToDouble(Double::doubleValue).sum()
        + seconds.vae();
  }
}

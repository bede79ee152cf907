package io.granular.engine.cli;

import io.granular.engine.report.Measures;
import io.granular.engine.train.TrainingEstimate;
import io.granular.engine.train.TrainingResult;
import io.granular.engine.train.UnfinishedTraining;
import java.util.List;

/** Trainings as people read of them. */
final class TrainingText {
  private static final double GB = 1e9;

  private TrainingText() {}

  static String of(TrainingResult result) {
    return new Table().row("folder", result.folder().toString())
        .row("recipe", result.recipe().toString())
        .row("trained", "%d modules, %,d parameters".formatted(result.modules(),
            result.parameters()))
        .row("steps", result.steps() + (result.stopped() ? " (ended early)" : ""))
        .row("time", Measures.seconds(result.seconds()) + " (measured)")
        .row("held-out loss", "%.6f before, %.6f after step %d (measured)".formatted(
            result.before(), result.best(), result.bestStep()))
        .toString();
  }

  static String of(TrainingEstimate estimate) {
    Table table = new Table()
        .row("trained", "%d modules, %,d parameters".formatted(estimate.modules(),
            estimate.parameters()))
        .row("memory", "%.1f GB at the peak (estimated), %.1f GB free now".formatted(
            estimate.peakBytes() / GB, estimate.availableBytes() / GB))
        .row("time", "%s per step, %,d steps, %s in all (estimated from %s)".formatted(
            Measures.seconds(estimate.secondsPerStep()), estimate.steps(),
            Measures.seconds(estimate.seconds()), estimate.basis()))
        .row("disk", "%.1f GB while it is under way (estimated)".formatted(
            estimate.checkpointBytes() / GB));
    estimate.notes().forEach(note -> table.row("note", note));
    return table.toString();
  }

  /** One line before training begins. */
  static String line(TrainingEstimate estimate) {
    return "%d modules, %,d parameters; estimated: %s per step, %.1f GB of memory".formatted(
        estimate.modules(), estimate.parameters(), Measures.seconds(estimate.secondsPerStep()),
        estimate.peakBytes() / GB);
  }

  static String of(List<UnfinishedTraining> trainings) {
    if (trainings.isEmpty()) {
      return "No training was interrupted.";
    }
    Table table = new Table();
    for (UnfinishedTraining training : trainings) {
      UnfinishedTraining.Progress progress = training.progress();
      table.row(training.folder().toString(),
          "%s for %s, step %d (%.0f %%), held out %.5f of %.5f before, %s, %.2f GB".formatted(
              training.request().model(), training.request().recipe(), progress.step(),
              100 * progress.done(), progress.best(), progress.before(), training.saved(),
              training.bytes() / GB));
    }
    return table.toString();
  }
}

package io.granular.app.run;

import io.granular.app.control.Notice;
import io.granular.app.jobs.Job;
import io.granular.app.jobs.JobQueue;
import io.granular.app.jobs.LongJob;
import io.granular.app.jobs.LongJobs;
import io.granular.app.session.Session;
import io.granular.app.session.Side;
import io.granular.app.session.SideModel;
import io.granular.app.session.SideRun;
import io.granular.app.session.Wanted;
import io.granular.app.text.Texts;
import io.granular.engine.studio.RunOutcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;

/** What pressing Run does. JavaFX thread only. */
public final class Comparison {
  private final Session session;
  private final JobQueue queue;
  private final LongJobs longJobs;
  private final Texts texts;
  private final Path outputs;
  private final Consumer<Notice> notices;
  private final BooleanBinding running;
  private int count;

  /**
   * @param outputs folder for the runs' pictures
   * @param notices hears what a person should know
   */
  public Comparison(Session session, JobQueue queue, LongJobs longJobs, Texts texts, Path outputs,
      Consumer<Notice> notices) {
    this.session = session;
    this.queue = queue;
    this.longJobs = longJobs;
    this.texts = texts;
    this.outputs = outputs;
    this.notices = notices;
    running = Bindings.isNotNull(queue.current());
  }

  /** Whether a run is under way. */
  public BooleanBinding running() {
    return running;
  }

  /**
   * Runs the sides whose settings have changed since, A first; both if neither has. Does nothing
   * while a run is under way or no model is open.
   */
  public void run() {
    if (running.get() || session.info().get() == null) {
      return;
    }
    List<Side> sides = new ArrayList<>(List.of(Side.values()));
    sides.removeIf(session::upToDate);
    sayWhyItWaits();
    (sides.isEmpty() ? List.of(Side.values()) : sides).forEach(this::submit);
  }

  /** Runs one side, after what is already under way. */
  public void run(Side side) {
    sayWhyItWaits();
    submit(side);
  }

  /** Cancels what runs and what waits. */
  public void cancel() {
    queue.cancelAll();
  }

  /** The engine does one thing after the other, and a training takes long. */
  private void sayWhyItWaits() {
    if (longJobs.active(LongJob.Kind.TRAINING)) {
      notices.accept(Notice.info(texts.get("run.behind-training"),
          texts.get("run.behind-training.text")));
    }
  }

  private void submit(Side side) {
    Wanted wanted = session.wanted(side);
    SideModel model = session.side(side);
    Path output = outputs.resolve("%03d-%s".formatted(++count, side));
    queue.submit(new Job(side, session.recipeName(wanted.settings().recipe()),
        wanted.request(session.previews().get(), output), progress -> {
          if (progress.preview() != null) {
            model.live().set(progress.preview());
          }
        }, (job, outcome) -> finish(job, wanted, outcome)));
  }

  private void finish(Job job, Wanted wanted, RunOutcome outcome) {
    SideModel model = session.side(job.side());
    switch (outcome) {
      case RunOutcome.Finished(var result) -> model.add(new SideRun(wanted, result));
      case RunOutcome.Cancelled() -> {}
      case RunOutcome.Failed(var message, var remedy, var log) -> notices.accept(Notice.error(
          texts.format("run.failed", job.side().name(), job.title()), message, remedy, log));
    }
    model.live().set(null);
  }
}

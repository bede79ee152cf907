package io.granular.app.train;

import io.granular.app.control.Notice;
import io.granular.app.fx.Background;
import io.granular.app.jobs.Failure;
import io.granular.app.jobs.LongJob;
import io.granular.app.jobs.LongJobState.End;
import io.granular.app.jobs.LongJobs;
import io.granular.app.session.Session;
import io.granular.app.text.Texts;
import io.granular.engine.run.RunListener;
import io.granular.engine.run.RunProgress;
import io.granular.engine.run.RunProgress.Learning;
import io.granular.engine.run.RunProgress.Pictures;
import io.granular.engine.studio.Engine;
import io.granular.engine.studio.TrainingOutcome;
import io.granular.engine.studio.TrainingRun;
import io.granular.engine.train.TrainingRequest;
import io.granular.engine.train.TrainingResult;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Function;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/** The training under way, one at a time, and what came of it. JavaFX thread only; the engine is called on others. */
final class Training {
  private final Session session;
  private final Engine engine;
  private final Background background;
  private final LongJobs jobs;
  private final Texts texts;
  private final Consumer<Notice> notices;
  private final ReadOnlyObjectWrapper<Phase> phase =
      new ReadOnlyObjectWrapper<>(new Phase.Idle(false));
  private final LossCurve curve = new LossCurve();
  private final ObservableList<Pictures> pictures = FXCollections.observableArrayList();
  private double estimated = Double.NaN;
  private @Nullable LongJob job;
  private @Nullable TrainingRun run;

  Training(Session session, Engine engine, Background background, LongJobs jobs, Texts texts,
      Consumer<Notice> notices) {
    this.session = session;
    this.engine = engine;
    this.background = background;
    this.jobs = jobs;
    this.texts = texts;
    this.notices = notices;
  }

  ReadOnlyObjectProperty<Phase> phase() {
    return phase.getReadOnlyProperty();
  }

  LossCurve curve() {
    return curve;
  }

  /** Seconds that the last one was estimated to take; NaN if it was not. */
  double estimated() {
    return estimated;
  }

  /** Drawn so far, oldest first. */
  ObservableList<Pictures> pictures() {
    return pictures;
  }

  /**
   * Begins a training, unless one is under way.
   *
   * @param seconds that it was estimated to take
   */
  void start(TrainingRequest request, double seconds) {
    estimated = seconds;
    begin(request, listener -> engine.train(request, listener));
  }

  /** Goes on with an interrupted one, unless another is under way. */
  void resume(Path folder, TrainingRequest request) {
    estimated = Double.NaN;
    begin(request, listener -> engine.resumeTraining(folder, listener));
  }

  void pause() {
    ask(TrainingRun::pause);
  }

  void goOn() {
    ask(TrainingRun::resume);
  }

  /** Ends it and keeps the best so far; asked again, at once with the last checkpoint. */
  void stop() {
    if (phase.get() instanceof Phase.Active active && active.stopping()) {
      ask(TrainingRun::cancel);
    } else if (job != null) {
      job.cancel();
    }
  }

  /** Puts away what came of the last one. */
  void clear() {
    if (!(phase.get() instanceof Phase.Active)) {
      phase.set(new Phase.Idle(false));
    }
  }

  private void begin(TrainingRequest request, Function<RunListener, TrainingRun> how) {
    if (phase.get() instanceof Phase.Active) {
      return;
    }
    curve.clear();
    pictures.clear();
    LongJob mine = new LongJob(new LongJob.About(LongJob.Kind.TRAINING,
        texts.format("train.job", session.recipeName(request.recipe())),
        new TrainWords(texts).facts(request)), this::asked);
    job = mine;
    run = null;
    phase.set(new Phase.Active(request, TrainingRun.State.WAITING, false, null));
    jobs.add(mine);
    RunListener listener = report -> background.ui(() -> progress(mine, report));
    background.<TrainingRun>run(() -> how.apply(listener), begun -> {
      run = begun;
      if (phase.get() instanceof Phase.Active active && active.stopping()) {
        begun.cancel();
      }
      var _ = begun.outcome()
          .whenComplete((outcome, problem) -> background
              .ui(() -> end(mine, request, outcome, problem)));
    }, problem -> end(mine, request, null, problem));
  }

  /** Its job was asked to end, here or in the list of jobs. */
  private void asked() {
    if (phase.get() instanceof Phase.Active active) {
      phase.set(new Phase.Active(active.request(), active.state(), true, active.progress()));
    }
    ask(TrainingRun::cancel);
  }

  private void ask(Consumer<TrainingRun> what) {
    TrainingRun now = run;
    if (now != null) {
      what.accept(now);
      follow(now, null);
    }
  }

  private void progress(LongJob of, RunProgress report) {
    if (!of.equals(job)) {
      return;
    }
    Learning learning = report.learning();
    if (learning != null) {
      curve.add(report.step(), learning);
      if (learning.pictures() != null) {
        pictures.add(learning.pictures());
      }
    }
    of.progress(report);
    follow(run, report);
  }

  private void follow(@Nullable TrainingRun now, @Nullable RunProgress report) {
    if (phase.get() instanceof Phase.Active active) {
      TrainingRun.State state = now == null ? TrainingRun.State.RUNNING : now.state();
      // It has ended in the engine; its outcome is on its way.
      TrainingRun.State shown = state == TrainingRun.State.ENDED ? active.state() : state;
      phase.set(new Phase.Active(active.request(), shown, active.stopping(),
          report == null ? active.progress() : report));
      if (job != null) {
        job.paused(shown == TrainingRun.State.PAUSED);
      }
    }
  }

  private void end(LongJob of, TrainingRequest request, @Nullable TrainingOutcome outcome,
      @Nullable Throwable problem) {
    job = null;
    run = null;
    switch (outcome) {
      case TrainingOutcome.Finished(var result) -> finished(of, request, result);
      case TrainingOutcome.Cancelled() -> {
        of.end(new End.Cancelled());
        phase.set(new Phase.Idle(true));
      }
      case TrainingOutcome.Failed(var message, var remedy, var log) ->
        failed(of, request, new Failure(message, remedy, log));
      case null -> failed(of, request, Failure.of(problem == null
          ? new IllegalStateException("the engine gave no outcome")
          : problem));
    }
  }

  private void finished(LongJob of, TrainingRequest request, TrainingResult result) {
    of.end(new End.Finished());
    curve.show(result);
    if (!result.pictures().isEmpty()) {
      pictures.setAll(result.pictures());
    }
    phase.set(new Phase.Done(request, result));
    notices.accept(Notice.info(texts.get("train.done.notice"),
        new TrainWords(texts).gain(result.before(), result.best())));
  }

  private void failed(LongJob of, TrainingRequest request, Failure why) {
    of.end(new End.Failed(why));
    phase.set(new Phase.Failed(request, why));
    notices.accept(
        Notice.error(texts.get("train.failed"), why.message(), why.remedy(), why.log()));
  }
}

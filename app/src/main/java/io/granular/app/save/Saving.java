package io.granular.app.save;

import io.granular.app.control.Notice;
import io.granular.app.fx.Background;
import io.granular.app.fx.Latest;
import io.granular.app.fx.Listening;
import io.granular.app.jobs.Failure;
import io.granular.app.jobs.LongJob;
import io.granular.app.jobs.LongJobState.End;
import io.granular.app.jobs.LongJobs;
import io.granular.app.jobs.Work;
import io.granular.app.session.Session;
import io.granular.app.session.SideModel;
import io.granular.app.text.Texts;
import io.granular.engine.run.RunProgress;
import io.granular.engine.save.Fit;
import io.granular.engine.save.SaveRequest;
import io.granular.engine.studio.Engine;
import io.granular.engine.studio.SaveOutcome;
import io.granular.engine.studio.SaveRun;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;

/** Saves one side: how it fits into the chosen format, and the work under way. JavaFX thread only. */
public final class Saving {
  private final SideModel side;
  private final Session session;
  private final Engine engine;
  private final Background background;
  private final Saves.Uses uses;
  private final Texts texts;
  private final Consumer<Notice> notices;
  private final Work work;
  private final Wish wish;
  private final Latest asking;
  private final ReadOnlyObjectWrapper<FitState> fit =
      new ReadOnlyObjectWrapper<>(new FitState.Asking());
  private final ReadOnlyObjectWrapper<SavePhase> phase =
      new ReadOnlyObjectWrapper<>(new SavePhase.Choosing());
  private boolean watched;

  Saving(SideModel side, Session session, Engine engine, Background background, LongJobs jobs,
      Saves.Uses uses, Texts texts, Consumer<Notice> notices) {
    this.side = side;
    this.session = session;
    this.engine = engine;
    this.background = background;
    this.uses = uses;
    this.texts = texts;
    this.notices = notices;
    work = new Work(background, jobs);
    wish = new Wish(background);
    asking = new Latest(background);
    Listening.onChange(this::changed, side.settings(), session.info(), wish.format(),
        wish.keepConvolutions(), wish.unetOnly(), wish.calibrationCache());
    work.running().subscribe(this::cancelled);
  }

  SideModel side() {
    return side;
  }

  /** What a person wants. */
  Wish wish() {
    return wish;
  }

  Work work() {
    return work;
  }

  Saves.Uses uses() {
    return uses;
  }

  ReadOnlyObjectProperty<FitState> fit() {
    return fit.getReadOnlyProperty();
  }

  ReadOnlyObjectProperty<SavePhase> phase() {
    return phase.getReadOnlyProperty();
  }

  /** What is saved, in words: model and recipe. */
  String subject() {
    return session.modelName() + " · " + session.recipeName(side.settings().get().recipe());
  }

  /** Whether somebody looks: what nobody looks at is not asked for, and its end is told elsewhere. */
  void watch(boolean now) {
    watched = now;
    if (now) {
      wish.suggest(session.modelName(), session.recipeName(side.settings().get().recipe()));
      ask();
    }
  }

  /** Whether all is known and chosen. */
  boolean ready() {
    return fit.get() instanceof FitState.Known(Fit known) && known.refusals().isEmpty()
        && wish.placed();
  }

  /** Starts, if all is chosen. */
  void start() {
    if (!ready() || work.running().get()) {
      return;
    }
    SaveRequest request = request(Path.of(wish.path().get().strip()).toAbsolutePath());
    LongJob.About about = new LongJob.About(LongJob.Kind.SAVING,
        texts.format("save.job", texts.get("save.format." + request.format().id())),
        subject() + " · " + request.to());
    phase.set(new SavePhase.Active(request, null));
    work.<SaveOutcome>start(about, listener -> {
      SaveRun run = engine.save(request, progress -> {
        listener.progress(progress);
        background.ui(() -> progress(request, progress));
      });
      return new Work.Begun<>(run::cancel, run.outcome());
    }, outcome -> switch (outcome) {
      case SaveOutcome.Finished(var result) -> {
        phase.set(new SavePhase.Done(request, result));
        if (!watched) {
          notices.accept(Notice.info(texts.get("save.done"), result.path().toString()));
        }
        yield new End.Finished();
      }
      case SaveOutcome.Cancelled() -> new End.Cancelled();
      case SaveOutcome.Failed(var message, var remedy, var log) ->
        new End.Failed(message, remedy, log);
    }, why -> failed(request, why));
  }

  /** Puts away what came of the last one. */
  void again() {
    if (!work.running().get()) {
      phase.set(new SavePhase.Choosing());
      wish.look();
      ask();
    }
  }

  private void progress(SaveRequest of, RunProgress progress) {
    if (phase.get() instanceof SavePhase.Active(var request, _) && request.equals(of)) {
      phase.set(new SavePhase.Active(of, progress));
    }
  }

  private void failed(SaveRequest request, Failure why) {
    phase.set(new SavePhase.Failed(request, why));
    if (!watched) {
      notices.accept(
          Notice.error(texts.get("save.failed"), why.message(), why.remedy(), why.log()));
    }
  }

  /** Work that has been let go tells nobody how it ended; all other ends follow at once. */
  private void cancelled(boolean running) {
    if (!running && phase.get() instanceof SavePhase.Active) {
      phase.set(new SavePhase.Choosing());
    }
  }

  private void changed() {
    if (watched) {
      wish.suggest(session.modelName(), session.recipeName(side.settings().get().recipe()));
      ask();
    }
  }

  private void ask() {
    fit.set(new FitState.Asking());
    SaveRequest request = request(Path.of(""));
    asking.submit(() -> engine.fit(request), found -> answer(request, new FitState.Known(found)),
        problem -> answer(request, new FitState.Unknown(
            Objects.requireNonNullElse(problem.getMessage(), problem.toString()))));
  }

  /** An answer to what is not asked any more is none. */
  private void answer(SaveRequest of, FitState found) {
    if (of.equals(request(Path.of("")))) {
      fit.set(found);
    }
  }

  private SaveRequest request(Path to) {
    String model = session.model(side.side());
    Path calibration = side.settings().get().calibration(model);
    return new SaveRequest(model, null, side.settings().get().recipe(), to, wish.format().get(),
        wish.options(), wish.replace().get(), calibration, session.threads().get());
  }
}

package io.granular.app.calibrate;

import io.granular.app.control.Notice;
import io.granular.app.edit.Common;
import io.granular.app.edit.Draft;
import io.granular.app.edit.Field;
import io.granular.app.edit.ModuleTree;
import io.granular.app.edit.SideEditor;
import io.granular.app.fx.Background;
import io.granular.app.jobs.Failure;
import io.granular.app.jobs.LongJob;
import io.granular.app.jobs.LongJobState.End;
import io.granular.app.jobs.LongJobs;
import io.granular.app.jobs.Work;
import io.granular.app.session.Session;
import io.granular.app.session.SideModel;
import io.granular.app.session.SideSettings;
import io.granular.app.text.Texts;
import io.granular.engine.run.CalibrationRequest;
import io.granular.engine.run.CalibrationResult;
import io.granular.engine.studio.CalibrationOutcome;
import io.granular.engine.studio.CalibrationRun;
import io.granular.engine.studio.Engine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import org.jspecify.annotations.Nullable;

/** Calibrates one side: what a person chose, and the work under way. JavaFX thread only. */
public final class Calibrating {
  /** Fewest and most evaluations that can be asked for. */
  static final int LEAST = 16;
  static final int MOST = 4096;
  /** Unless a person says otherwise. */
  static final int USUAL = 128;

  /** What is denoised while the layers are observed. */
  enum Source {
    USUAL, PROMPTS, IMAGES
  }

  private final SideModel side;
  private final SideEditor editor;
  private final Session session;
  private final Engine engine;
  private final Texts texts;
  private final Consumer<Notice> notices;
  private final Work work;
  private final ObjectProperty<@Nullable Source> source = new SimpleObjectProperty<>(Source.USUAL);
  private final StringProperty path = new SimpleStringProperty("");
  private final ObjectProperty<@Nullable Double> samples = new SimpleObjectProperty<>();
  private final BooleanProperty withoutStart = new SimpleBooleanProperty();
  private final ReadOnlyStringWrapper result = new ReadOnlyStringWrapper("");

  Calibrating(SideEditor editor, Session session, Engine engine, Background background,
      LongJobs jobs, Texts texts, Consumer<Notice> notices) {
    this.editor = editor;
    this.side = editor.side();
    this.session = session;
    this.engine = engine;
    this.texts = texts;
    this.notices = notices;
    work = new Work(background, jobs);
    session.model().subscribe(() -> result.set(""));
  }

  SideModel side() {
    return side;
  }

  Session session() {
    return session;
  }

  SideEditor editor() {
    return editor;
  }

  Work work() {
    return work;
  }

  ObjectProperty<@Nullable Source> source() {
    return source;
  }

  /** Prompts file or image folder. */
  StringProperty path() {
    return path;
  }

  /** Evaluations of the U-Net; null for the usual number. */
  ObjectProperty<@Nullable Double> samples() {
    return samples;
  }

  /** Whether cross-attention is observed without the start-of-text token. */
  BooleanProperty withoutStart() {
    return withoutStart;
  }

  /** What the last calibration was like; empty if there was none. */
  ReadOnlyStringProperty result() {
    return result.getReadOnlyProperty();
  }

  /** What the side's static modules have as their observer. */
  Common observer() {
    Draft draft = editor.draft().get();
    return draft == null ? Common.NONE
        : Common.of(draft, modules(draft), Field.OBSERVER);
  }

  /** Lets all static modules of the side take their ranges so; an edit of its recipe. */
  void setObserver(String observer) {
    Draft draft = editor.draft().get();
    if (draft != null) {
      editor.edit(modules(draft), Field.OBSERVER, observer);
    }
  }

  private static List<String> modules(Draft draft) {
    List<String> modules = new ArrayList<>();
    for (ModuleTree part : draft.tree()) {
      part.forEachModule(module -> {
        if (draft.editable(module) && !draft.value(module, Field.OBSERVER).isEmpty()) {
          modules.add(module);
        }
      });
    }
    return modules;
  }

  /** Starts; the side uses the ranges once they are there. */
  void start() {
    String model = session.model().get();
    Source from = source.get();
    Path chosen = from == Source.USUAL || path.get().isBlank() ? null : Path.of(path.get().strip());
    Double wanted = samples.get();
    String used = session.model(side.side());
    CalibrationRequest request = new CalibrationRequest(used, null,
        from == Source.PROMPTS ? chosen : null, from == Source.IMAGES ? chosen : null,
        wanted == null ? USUAL : wanted.intValue(), 0, withoutStart.get(), null, null, null,
        session.threads().get());
    result.set("");
    LongJob.About about = new LongJob.About(LongJob.Kind.CALIBRATION,
        texts.format("calibrate.title", side.side().name()),
        session.modelName() + " · "
            + (chosen == null ? texts.get("calibrate.usual") : chosen.toString()));
    work.<CalibrationOutcome>start(about, listener -> {
      CalibrationRun run = engine.calibrate(request, listener);
      return new Work.Begun<>(run::cancel, run.outcome());
    }, outcome -> switch (outcome) {
      case CalibrationOutcome.Finished(var made) -> {
        finished(model, used, made);
        yield new End.Finished();
      }
      case CalibrationOutcome.Cancelled() -> new End.Cancelled();
      case CalibrationOutcome.Failed(var message, var remedy, var log) ->
        new End.Failed(message, remedy, log);
    }, this::failed);
  }

  private void finished(String model, String used, CalibrationResult made) {
    if (!model.equals(session.model().get())) {
      return;
    }
    result.set(made.seconds() == 0
        ? texts.format("calibrate.before", made.samples())
        : texts.format("calibrate.done", made.samples(),
            texts.numbers().seconds(made.seconds())));
    side.settings()
        .set(side.settings()
            .get()
            .withCalibration(new SideSettings.Calibrated(used, made.file().toString())));
  }

  private void failed(Failure why) {
    notices.accept(Notice.error(texts.get("calibrate.failed"), why.message(), why.remedy(),
        why.log()));
  }
}

package io.granular.app.modules;

import io.granular.app.control.Notice;
import io.granular.app.fx.Background;
import io.granular.app.jobs.Failure;
import io.granular.app.jobs.LongJob;
import io.granular.app.jobs.LongJobState.End;
import io.granular.app.jobs.LongJobs;
import io.granular.app.jobs.Work;
import io.granular.app.modules.AnalysisSource.Kind;
import io.granular.app.modules.AnalysisSource.Measured;
import io.granular.app.session.SideModel;
import io.granular.app.text.Texts;
import io.granular.engine.studio.Analysis;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs one analysis at a time and gives its result to the side. JavaFX thread only. */
final class Analyzer {
  private final ModulesModel model;
  private final AnalysisSource source;
  private final Work work;
  private final Texts texts;
  private final Consumer<Notice> notices;

  Analyzer(ModulesModel model, AnalysisSource source, Background background, LongJobs jobs,
      Texts texts, Consumer<Notice> notices) {
    this.model = model;
    this.source = source;
    this.texts = texts;
    this.notices = notices;
    work = new Work(background, jobs);
  }

  Work work() {
    return work;
  }

  /** Measures the side that is shown. */
  void start(Kind kind) {
    SideModel side = model.sideModel();
    String opened = model.session().model().get();
    String recipe = side.settings().get().recipe();
    String used = model.session().model(side.side());
    Path calibration = side.settings().get().calibration(used);
    LongJob.About about = new LongJob.About(LongJob.Kind.ANALYSIS,
        texts.format("analysis.job", side.side().name(), model.session().recipeName(recipe)),
        texts.get(key(kind)));
    work.<Measured>start(about,
        listener -> source.start(used, recipe, calibration, kind, listener),
        measured -> switch (measured) {
          case Measured.Finished(var analysis) -> {
            if (opened.equals(model.session().model().get())) {
              side.analysis().set(merged(side.analysis().get(), analysis, kind));
            }
            yield new End.Finished();
          }
          case Measured.Cancelled() -> new End.Cancelled();
          case Measured.Failed(var message, var remedy, var log) ->
            new End.Failed(message, remedy, log);
        }, this::fail);
  }

  static String key(Kind kind) {
    return switch (kind) {
      case BLOCKS -> "analysis.blocks";
      case MODULES -> "analysis.modules";
      case DIVERGENCE -> "analysis.divergence";
    };
  }

  /** Trajectories are measured apart from modules; neither makes the other unknown. */
  private static Analysis merged(@Nullable Analysis before, Analysis measured, Kind kind) {
    if (before == null) {
      return measured;
    }
    return switch (kind) {
      case BLOCKS, MODULES -> measured.withDivergence(before.divergence());
      case DIVERGENCE -> before.withDivergence(measured.divergence());
    };
  }

  private void fail(Failure why) {
    notices.accept(Notice.error(texts.get("analysis.failed"), why.message(), why.remedy(),
        why.log()));
  }
}

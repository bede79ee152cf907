package io.granular.app.modules;

import io.granular.app.control.Notice;
import io.granular.app.fx.Background;
import io.granular.app.session.SideModel;
import io.granular.app.text.Texts;
import io.granular.engine.studio.Analysis;
import java.nio.file.Path;
import java.util.function.Consumer;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.DoubleProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyDoubleProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleDoubleProperty;
import org.jspecify.annotations.Nullable;

/** Runs one analysis at a time and gives its result to the side. JavaFX thread only. */
final class Analyzer {
  private final ModulesModel model;
  private final AnalysisSource source;
  private final Background background;
  private final Texts texts;
  private final Consumer<Notice> notices;
  private final BooleanProperty running = new SimpleBooleanProperty();
  private final DoubleProperty done = new SimpleDoubleProperty();
  private final DoubleProperty secondsLeft = new SimpleDoubleProperty(Double.NaN);
  private Runnable cancel = () -> {};
  private int count;

  Analyzer(ModulesModel model, AnalysisSource source, Background background, Texts texts,
      Consumer<Notice> notices) {
    this.model = model;
    this.source = source;
    this.background = background;
    this.texts = texts;
    this.notices = notices;
  }

  ReadOnlyBooleanProperty running() {
    return running;
  }

  /** Share of the work, 0 to 1. */
  ReadOnlyDoubleProperty done() {
    return done;
  }

  /** NaN if not known. */
  ReadOnlyDoubleProperty secondsLeft() {
    return secondsLeft;
  }

  /** Measures the side that is shown. */
  void start(AnalysisSource.Kind kind) {
    if (running.get()) {
      return;
    }
    SideModel side = model.sideModel();
    String opened = model.session().model().get();
    String recipe = side.settings().get().recipe();
    Path calibration = side.settings().get().calibration(opened);
    int run = ++count;
    running.set(true);
    done.set(0);
    secondsLeft.set(Double.NaN);
    background.run(
        () -> source.start(opened, recipe, calibration, kind, listener(run, side, opened, kind)),
        stop -> {
          if (run == count && running.get()) {
            cancel = stop;
          } else {
            stop.run();
          }
        }, problem -> end(run, () -> fail(String.valueOf(problem.getMessage()))));
  }

  void cancel() {
    count++;
    running.set(false);
    cancel.run();
    cancel = () -> {};
  }

  private AnalysisSource.Listener listener(int run, SideModel side, String opened,
      AnalysisSource.Kind kind) {
    return new AnalysisSource.Listener() {
      @Override
      public void progress(double share, double left) {
        background.ui(() -> {
          if (run == count) {
            done.set(share);
            secondsLeft.set(left);
          }
        });
      }

      @Override
      public void finished(Analysis analysis) {
        background.ui(() -> end(run, () -> {
          if (opened.equals(model.session().model().get())) {
            side.analysis().set(merged(side.analysis().get(), analysis, kind));
          }
        }));
      }

      @Override
      public void cancelled() {
        background.ui(() -> end(run, () -> {}));
      }

      @Override
      public void failed(String message) {
        background.ui(() -> end(run, () -> fail(message)));
      }
    };
  }

  /** Trajectories are measured apart from modules; neither makes the other unknown. */
  private static Analysis merged(@Nullable Analysis before, Analysis measured,
      AnalysisSource.Kind kind) {
    if (before == null) {
      return measured;
    }
    return switch (kind) {
      case BLOCKS, MODULES -> measured.withDivergence(before.divergence());
      case DIVERGENCE -> before.withDivergence(measured.divergence());
    };
  }

  private void end(int run, Runnable action) {
    if (run == count) {
      running.set(false);
      cancel = () -> {};
      action.run();
    }
  }

  private void fail(String message) {
    notices.accept(Notice.error(texts.get("analysis.failed"), message, "", ""));
  }
}

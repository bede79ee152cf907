package io.granular.app.train;

import io.granular.app.control.Notice;
import io.granular.app.fx.Background;
import io.granular.app.text.Texts;
import io.granular.engine.studio.Engine;
import io.granular.engine.train.UnfinishedTraining;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;

/** Trainings that were interrupted and can be resumed. JavaFX thread only. */
final class Interrupted {
  private final Engine engine;
  private final Background background;
  private final Texts texts;
  private final Consumer<Notice> notices;
  private final ReadOnlyObjectWrapper<List<UnfinishedTraining>> all =
      new ReadOnlyObjectWrapper<>(List.of());

  Interrupted(Engine engine, Background background, Texts texts, Consumer<Notice> notices) {
    this.engine = engine;
    this.background = background;
    this.texts = texts;
    this.notices = notices;
  }

  /** The newest first. */
  ReadOnlyObjectProperty<List<UnfinishedTraining>> all() {
    return all.getReadOnlyProperty();
  }

  /** Looks again; {@code then} hears of them, unless they cannot be read. */
  void load(Consumer<List<UnfinishedTraining>> then) {
    background.<List<UnfinishedTraining>>run(engine::unfinishedTrainings, found -> {
      all.set(List.copyOf(found));
      then.accept(found);
    }, problem -> fail("train.unfinished.failed", problem));
  }

  /** Deletes one with its checkpoints. */
  void discard(Path folder) {
    background.run(() -> {
      engine.discardTraining(folder);
      return folder;
    }, _ -> load(_ -> {}), problem -> {
      fail("train.discard.failed", problem);
      load(_ -> {});
    });
  }

  private void fail(String title, Exception problem) {
    notices.accept(Notice.error(texts.get(title),
        Objects.requireNonNullElse(problem.getMessage(), problem.toString()), "", ""));
  }
}

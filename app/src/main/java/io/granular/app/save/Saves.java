package io.granular.app.save;

import io.granular.app.control.Notice;
import io.granular.app.fx.Background;
import io.granular.app.jobs.LongJobs;
import io.granular.app.session.Session;
import io.granular.app.session.Side;
import io.granular.app.text.Texts;
import io.granular.engine.studio.Engine;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** Saving both sides. */
public final class Saves {
  private final Map<Side, Saving> sides = new EnumMap<>(Side.class);

  /**
   * What can be done with a saved model.
   *
   * @param folder shows a folder in the system's file manager
   * @param model works on a model from now on
   */
  public record Uses(Consumer<Path> folder, Consumer<String> model) {}

  public Saves(Session session, Engine engine, Background background, LongJobs jobs, Uses uses,
      Texts texts, Consumer<Notice> notices) {
    for (Side side : Side.values()) {
      sides.put(side, new Saving(session.side(side), session, engine, background, jobs, uses,
          texts, notices));
    }
  }

  /** That of a side. */
  public Saving of(Side side) {
    return Objects.requireNonNull(sides.get(side));
  }
}

package io.granular.app.calibrate;

import io.granular.app.control.Notice;
import io.granular.app.edit.Editors;
import io.granular.app.fx.Background;
import io.granular.app.jobs.LongJobs;
import io.granular.app.session.Session;
import io.granular.app.session.Side;
import io.granular.app.text.Texts;
import io.granular.engine.studio.Engine;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** The calibrations of both sides. */
public final class Calibrations {
  private final Map<Side, Calibrating> sides = new EnumMap<>(Side.class);

  public Calibrations(Session session, Editors editors, Engine engine, Background background,
      LongJobs jobs, Texts texts, Consumer<Notice> notices) {
    for (Side side : Side.values()) {
      sides.put(side, new Calibrating(editors.of(side), session, engine, background, jobs, texts,
          notices));
    }
  }

  /** That of a side. */
  public Calibrating of(Side side) {
    return Objects.requireNonNull(sides.get(side));
  }
}

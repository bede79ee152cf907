package io.granular.app.edit;

import io.granular.app.control.Notice;
import io.granular.app.fx.Background;
import io.granular.app.session.Plans;
import io.granular.app.session.Session;
import io.granular.app.session.Side;
import io.granular.app.session.SideSettings;
import io.granular.app.text.Texts;
import io.granular.engine.studio.Engine;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** The editors of both sides. */
public final class Editors {
  private final Map<Side, SideEditor> editors = new EnumMap<>(Side.class);
  private final Session session;

  /** Follows both sides. */
  public Editors(Session session, EditedRecipes edited, Engine engine, Plans plans,
      Background background, Texts texts, Consumer<Notice> notices) {
    this.session = session;
    for (Side side : Side.values()) {
      editors.put(side, new SideEditor(session.side(side), session, edited, engine, plans,
          background, texts, notices));
    }
  }

  /** The editor of a side. */
  public SideEditor of(Side side) {
    return Objects.requireNonNull(editors.get(side));
  }

  /** Lets the other side use the same recipe. */
  public void copyToOther(Side from) {
    SideSettings mine = session.side(from).settings().get();
    var other = session.side(from.other()).settings();
    other.set(other.get().withRecipe(mine.recipe()).withCalibration(mine.calibration()));
  }
}

package io.granular.app.scheme;

import io.granular.app.fx.Background;
import io.granular.app.fx.Latest;
import io.granular.app.fx.Listening;
import io.granular.app.session.PlanState;
import io.granular.app.session.Session;
import io.granular.app.session.Side;
import io.granular.app.session.SideModel;
import io.granular.engine.studio.Engine;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Keeps each side's plan in step with the model and the chosen recipe. */
public final class Planner {
  private final Session session;
  private final Engine engine;

  /** Starts at once and goes on as long as the session lives. */
  public Planner(Session session, Engine engine, Background background) {
    this.session = session;
    this.engine = engine;
    for (Side side : Side.values()) {
      SideModel model = session.side(side);
      Latest latest = new Latest(background);
      Asked last = new Asked();
      Listening.follow(() -> plan(model, latest, last), model.settings(), session.info());
    }
  }

  private static final class Asked {
    @Nullable
    String model;
    @Nullable
    String recipe;
  }

  private void plan(SideModel side, Latest latest, Asked last) {
    var info = session.info().get();
    String recipe = side.settings().get().recipe();
    if (info == null) {
      side.plan().set(new PlanState.Pending());
      last.model = null;
      return;
    }
    String model = info.model();
    if (model.equals(last.model) && recipe.equals(last.recipe)) {
      return;
    }
    last.model = model;
    last.recipe = recipe;
    side.plan().set(new PlanState.Pending());
    latest.submit(() -> engine.plan(model, recipe), plan -> {
      if (model.equals(last.model) && recipe.equals(last.recipe)) {
        side.plan().set(new PlanState.Ready(plan));
      }
    }, problem -> {
      if (model.equals(last.model) && recipe.equals(last.recipe)) {
        side.plan()
            .set(new PlanState.Failed(
                Objects.requireNonNullElse(problem.getMessage(),
                    problem.getClass().getSimpleName())));
      }
    });
  }
}

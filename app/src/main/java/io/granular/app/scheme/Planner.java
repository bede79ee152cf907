package io.granular.app.scheme;

import io.granular.app.fx.Background;
import io.granular.app.fx.Latest;
import io.granular.app.fx.Listening;
import io.granular.app.session.PlanState;
import io.granular.app.session.Plans;
import io.granular.app.session.Session;
import io.granular.app.session.Side;
import io.granular.app.session.SideModel;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Keeps each side's plan in step with the model and the chosen recipe. */
public final class Planner {
  private final Session session;
  private final Plans plans;

  /** Starts at once and goes on as long as the session lives. */
  public Planner(Session session, Plans plans, Background background) {
    this.session = session;
    this.plans = plans;
    for (Side side : Side.values()) {
      SideModel model = session.side(side);
      Latest latest = new Latest(background);
      Asked last = new Asked();
      Listening.follow(() -> plan(model, latest, last), model.settings(), session.info());
      Listening.onChange(() -> again(model, latest, last), model.shown());
    }
  }

  private static final class Asked {
    @Nullable
    String model;
    @Nullable
    String recipe;
    @Nullable
    Path calibration;

    boolean is(String ofModel, String ofRecipe, @Nullable Path by) {
      return ofModel.equals(model) && ofRecipe.equals(recipe) && Objects.equals(by, calibration);
    }
  }

  /** A run calibrates what nobody has calibrated before; its ranges are known from then on. */
  private void again(SideModel side, Latest latest, Asked last) {
    boolean unknown = side.plan().get() instanceof PlanState.Ready(var plan)
        && plan.ranges() != null && plan.ranges().known() < plan.ranges().layers();
    if (unknown && side.shown().get() != null) {
      plans.forget();
      last.model = null;
      plan(side, latest, last);
    }
  }

  private void plan(SideModel side, Latest latest, Asked last) {
    var info = session.info().get();
    String recipe = side.settings().get().recipe();
    if (info == null) {
      side.plan().set(new PlanState.Pending());
      last.model = null;
      return;
    }
    String model = side.settings().get().model(info.model());
    Path calibration = side.settings().get().calibration(model);
    if (last.is(model, recipe, calibration)) {
      return;
    }
    last.model = model;
    last.recipe = recipe;
    last.calibration = calibration;
    side.plan().set(new PlanState.Pending());
    latest.submit(() -> plans.plan(model, recipe, calibration), plan -> {
      if (last.is(model, recipe, calibration)) {
        side.plan().set(new PlanState.Ready(plan));
      }
    }, problem -> {
      if (last.is(model, recipe, calibration)) {
        side.plan()
            .set(new PlanState.Failed(
                Objects.requireNonNullElse(problem.getMessage(),
                    problem.getClass().getSimpleName())));
      }
    });
  }
}

package io.granular.app.train;

import io.granular.app.fx.Background;
import io.granular.app.fx.Latest;
import io.granular.app.fx.Listening;
import io.granular.app.session.Plans;
import io.granular.app.session.Session;
import io.granular.engine.studio.Engine;
import io.granular.engine.studio.PlanSummary;
import io.granular.engine.studio.PlanSummary.ModulePlan;
import io.granular.engine.train.TrainingEstimate;
import io.granular.engine.train.TrainingRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the estimate in step with what is chosen, as long as somebody looks: asking the engine may start
 * a worker. JavaFX thread only.
 */
final class Estimating {
  private final Session session;
  private final Setup setup;
  private final Plans plans;
  private final Engine engine;
  private final NewFolder places;
  private final Latest latest;
  private final ReadOnlyObjectWrapper<EstimateState> state =
      new ReadOnlyObjectWrapper<>(new EstimateState.Pending());
  private final ReadOnlyObjectWrapper<@Nullable Counts> counts = new ReadOnlyObjectWrapper<>();
  private boolean watched;
  private int asked;

  /**
   * Modules of the U-Net that a recipe makes integers.
   *
   * @param all of them
   * @param marked those with the method QAT
   */
  record Counts(int all, int marked) {
    static Counts of(PlanSummary plan) {
      int all = 0;
      int marked = 0;
      for (ModulePlan module : plan.modules()) {
        if (module.module().startsWith("unet.") && module.decision().equals("quantized")) {
          all++;
          marked += module.scheme().endsWith("(qat)") ? 1 : 0;
        }
      }
      return new Counts(all, marked);
    }
  }

  /** What was found out; counts are null if the recipe does not fit the model. */
  private record Answer(@Nullable Counts counts, EstimateState state) {}

  Estimating(Session session, Setup setup, Plans plans, Engine engine, Background background,
      NewFolder places) {
    this.session = session;
    this.setup = setup;
    this.plans = plans;
    this.engine = engine;
    this.places = places;
    latest = new Latest(background);
    Listening.onChange(this::ask, setup.all());
    Listening.onChange(this::ask, session.info(), session.threads());
  }

  ReadOnlyObjectProperty<EstimateState> state() {
    return state.getReadOnlyProperty();
  }

  /** Null until the recipe is planned, or if it does not fit the model. */
  ReadOnlyObjectProperty<@Nullable Counts> counts() {
    return counts.getReadOnlyProperty();
  }

  /** Whether somebody looks; asks anew when somebody begins to. */
  void watch(boolean is) {
    boolean begins = is && !watched;
    watched = is;
    if (begins) {
      ask();
    }
  }

  /** Asks anew, for example because a folder is taken now. */
  void ask() {
    if (!watched || session.info().get() == null) {
      return;
    }
    int mine = ++asked;
    state.set(new EstimateState.Pending());
    String model = session.model().get();
    String recipe = setup.recipe.get();
    String missing = setup.missing();
    String name = session.modelName() + " " + session.recipeName(recipe);
    String wanted = setup.to.get().strip();
    TrainingRequest request =
        missing == null ? setup.request(session, Path.of(wanted)) : null;
    latest.submit(() -> {
      Counts found = recipe.isEmpty() ? null : counts(model, recipe);
      if (request == null) {
        return new Answer(found, new EstimateState.Missing(String.valueOf(missing)));
      }
      return new Answer(found, estimate(request, wanted.isEmpty() ? places.free(name)
          : Path.of(wanted)));
    }, answer -> {
      if (mine == asked) {
        counts.set(answer.counts);
        state.set(answer.state);
      }
    }, problem -> {
      if (mine == asked) {
        state.set(new EstimateState.Refused(words(problem)));
      }
    });
  }

  private @Nullable Counts counts(String model, String recipe) {
    try {
      return Counts.of(plans.plan(model, recipe, null));
    } catch (RuntimeException e) {
      // The estimate fails for the same reason and says it.
      return null;
    }
  }

  private EstimateState estimate(TrainingRequest request, Path to) throws IOException {
    TrainingRequest placed = new TrainingRequest(request.model(), request.recipe(), to,
        request.length(), request.learning(), request.objective(), request.trained(),
        request.sampling(), request.economy(), request.preview(), request.checkpointMinutes(),
        request.seed(), request.threads());
    try {
      TrainingEstimate estimate = engine.estimateTraining(placed);
      return new EstimateState.Ready(placed, estimate);
    } catch (RuntimeException e) {
      return new EstimateState.Refused(words(e));
    }
  }

  private static String words(Exception problem) {
    return Objects.requireNonNullElse(problem.getMessage(), problem.toString());
  }
}

package io.granular.app.session;

import io.granular.app.fx.Listening;
import io.granular.engine.studio.Engine;
import io.granular.engine.studio.PlanSummary;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The engine's plans. Several parts of the window want the plan of the same recipe at the same time:
 * it is worked out once. Safe for use by several threads; waits, so not on the JavaFX thread.
 */
public final class Plans {
  private static final int KEPT = 8;

  private final Engine engine;
  private final Map<Key, CompletableFuture<PlanSummary>> known = new LinkedHashMap<>();

  private record Key(String model, String recipe, @Nullable Path calibration) {}

  /** Forgets everything when a model is opened, also when it is the same again. */
  public Plans(Session session, Engine engine) {
    this.engine = engine;
    Listening.onChange(this::forget, session.info());
  }

  /**
   * The plan of a recipe.
   *
   * @throws io.granular.engine.studio.EngineException if the recipe does not fit the model
   */
  public PlanSummary plan(String model, String recipe, @Nullable Path calibration) {
    Key key = new Key(model, recipe, calibration);
    CompletableFuture<PlanSummary> mine = new CompletableFuture<>();
    CompletableFuture<PlanSummary> before = enter(key, mine);
    if (before != null) {
      return joined(before);
    }
    try {
      mine.complete(engine.plan(model, recipe, calibration));
    } catch (RuntimeException e) {
      leave(key);
      mine.completeExceptionally(e);
    }
    return joined(mine);
  }

  /** What is asked from now on is worked out anew, for example because ranges have become known. */
  public synchronized void forget() {
    known.clear();
  }

  private synchronized @Nullable CompletableFuture<PlanSummary> enter(Key key,
      CompletableFuture<PlanSummary> mine) {
    CompletableFuture<PlanSummary> before = known.putIfAbsent(key, mine);
    if (known.size() > KEPT) {
      known.remove(known.keySet().iterator().next());
    }
    return before;
  }

  private synchronized void leave(Key key) {
    known.remove(key);
  }

  private static PlanSummary joined(CompletableFuture<PlanSummary> plan) {
    try {
      return plan.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }
}

package io.granular.app.modules;

import io.granular.app.control.Notice;
import io.granular.app.fx.Background;
import io.granular.app.fx.Latest;
import io.granular.app.jobs.Failure;
import io.granular.app.jobs.LongJob;
import io.granular.app.jobs.LongJobState.End;
import io.granular.app.jobs.LongJobs;
import io.granular.app.jobs.Work;
import io.granular.app.session.Session;
import io.granular.app.text.Texts;
import io.granular.engine.studio.BudgetAnswer;
import io.granular.engine.studio.BudgetOutcome;
import io.granular.engine.studio.BudgetRequest;
import io.granular.engine.studio.BudgetRun;
import io.granular.engine.studio.BudgetSolver;
import io.granular.engine.studio.Engine;
import io.granular.engine.studio.Sensitivities;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import org.jspecify.annotations.Nullable;

/** Measures a budget's candidates on the opened model and solves for what a slider asks. JavaFX thread only. */
final class BudgetModel {
  /** Points of the curve of best recipes. */
  private static final int POINTS = 24;

  private final Session session;
  private final Engine engine;
  private final Background background;
  private final Texts texts;
  private final Consumer<Notice> notices;
  private final Work work;
  private final Latest solving;
  private final ReadOnlyObjectWrapper<@Nullable Ready> ready = new ReadOnlyObjectWrapper<>();
  private final ReadOnlyObjectWrapper<@Nullable BudgetAnswer> answer =
      new ReadOnlyObjectWrapper<>();
  private final ReadOnlyStringWrapper problem = new ReadOnlyStringWrapper("");

  /** What is wanted. */
  sealed interface Goal {
    /** The fewest bytes with at most this error. */
    record Smallest(double error) implements Goal {}

    /** The least error within so many bytes. */
    record Best(long bytes) implements Goal {}
  }

  /**
   * What can be solved.
   *
   * @param measured what was measured
   * @param best the recipe with the least error
   * @param smallest the one with the fewest bytes
   * @param curve of best recipes between the two, fewest bytes first
   */
  record Ready(Sensitivities measured, BudgetSolver solver, BudgetAnswer best,
      BudgetAnswer smallest, List<BudgetAnswer> curve) {}

  BudgetModel(Session session, Engine engine, Background background, LongJobs jobs, Texts texts,
      Consumer<Notice> notices) {
    this.session = session;
    this.engine = engine;
    this.background = background;
    this.texts = texts;
    this.notices = notices;
    work = new Work(background, jobs);
    solving = new Latest(background);
    session.model().subscribe((_, _) -> {
      work.cancel();
      solving.forget();
      ready.set(null);
      answer.set(null);
    });
  }

  Work work() {
    return work;
  }

  /** Null until the candidates are measured. */
  ReadOnlyObjectProperty<@Nullable Ready> ready() {
    return ready.getReadOnlyProperty();
  }

  /** What was solved last; null if nothing was, or it cannot be solved. */
  ReadOnlyObjectProperty<@Nullable BudgetAnswer> answer() {
    return answer.getReadOnlyProperty();
  }

  /** Why it cannot be solved; empty if it can. */
  ReadOnlyStringProperty problem() {
    return problem.getReadOnlyProperty();
  }

  void measure() {
    String model = session.model().get();
    LongJob.About about =
        new LongJob.About(LongJob.Kind.BUDGET, texts.get("budget.job"), session.modelName());
    work.<BudgetOutcome>start(about, listener -> {
      BudgetRun run = engine.measureBudget(BudgetRequest.quick(model), listener);
      return new Work.Begun<>(run::cancel, run.outcome());
    }, outcome -> ended(model, outcome), this::failed);
  }

  private End ended(String model, BudgetOutcome outcome) {
    return switch (outcome) {
      case BudgetOutcome.Finished(var measured, _) -> {
        background.run(() -> prepared(engine.budget(measured), measured), solvable -> {
          if (model.equals(session.model().get())) {
            ready.set(solvable);
          }
        }, unsolvable -> failed(Failure.of(unsolvable)));
        yield new End.Finished();
      }
      case BudgetOutcome.Cancelled() -> new End.Cancelled();
      case BudgetOutcome.Failed(var message, var remedy, var log) ->
        new End.Failed(message, remedy, log);
    };
  }

  private static Ready prepared(BudgetSolver solver, Sensitivities measured) {
    BudgetAnswer best = solver.within(Long.MAX_VALUE / 2);
    BudgetAnswer smallest = solver.atMost(Double.MAX_VALUE);
    List<BudgetAnswer> curve = new ArrayList<>();
    curve.add(smallest);
    for (int i = 1; i < POINTS; i++) {
      curve.add(solver.within(
          smallest.bytes() + (best.bytes() - smallest.bytes()) * i / POINTS));
    }
    curve.add(best);
    return new Ready(measured, solver, best, smallest, List.copyOf(curve));
  }

  /** Solves; of what is asked for meanwhile only the newest. */
  void solve(Goal goal) {
    Ready now = ready.get();
    if (now == null) {
      return;
    }
    BudgetSolver solver = now.solver;
    solving.submit(() -> switch (goal) {
      case Goal.Smallest(double error) -> solver.atMost(error);
      case Goal.Best(long bytes) -> solver.within(bytes);
    }, solved -> {
      if (now.equals(ready.get())) {
        problem.set("");
        answer.set(solved);
      }
    }, unsolvable -> {
      problem.set(words(unsolvable));
      answer.set(null);
    });
  }

  private static String words(Exception problem) {
    return Objects.requireNonNullElse(problem.getMessage(), problem.toString());
  }

  private void failed(Failure why) {
    notices.accept(Notice.error(texts.get("budget.failed"), why.message(), why.remedy(),
        why.log()));
  }
}

package io.granular.engine.studio.local;

import io.granular.engine.run.RunListener;
import io.granular.engine.run.RunProgress;
import io.granular.engine.studio.BudgetOutcome;
import io.granular.engine.studio.BudgetRun;
import io.granular.engine.studio.RunOutcome.Failed;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;

/** The measuring of a budget's candidates from its place in the queue to its outcome. */
final class QueuedBudget extends QueuedTask<BudgetOutcome> implements BudgetRun {
  private final Parts parts;

  QueuedBudget(long id, String model, RunListener listener, Duration grace,
      ScheduledExecutorService timer) {
    this(id, model, new Parts(listener), grace, timer);
  }

  private QueuedBudget(long id, String model, Parts parts, Duration grace,
      ScheduledExecutorService timer) {
    super(id, "the analysis of candidates on '" + model + "'", 0, parts, grace, timer);
    this.parts = parts;
  }

  /** Another analysis begins. */
  void part(int index, int count) {
    parts.index = index;
    parts.count = count;
  }

  @Override
  BudgetOutcome cancelled() {
    return new BudgetOutcome.Cancelled();
  }

  @Override
  BudgetOutcome failed(Failed failure) {
    return new BudgetOutcome.Failed(failure.message(), failure.remedy(), failure.log());
  }

  /** Tells of all analyses as of one; those to come are taken to be as long as the present one. */
  private static final class Parts implements RunListener {
    private static final int STEPS = 1000;
    private static final double TELLING = 0.02;

    private final RunListener listener;
    private final long begin = System.nanoTime();
    private volatile int index;
    private volatile int count = 1;

    Parts(RunListener listener) {
      this.listener = listener;
    }

    @Override
    public void progress(RunProgress part) {
      double share = (index + (double) part.step() / Math.max(1, part.steps())) / count;
      double elapsed = (System.nanoTime() - begin) / 1e9;
      listener.progress(new RunProgress(part.stage(), (int) (share * STEPS), STEPS, elapsed,
          share < TELLING ? Double.NaN : elapsed / share * (1 - share), part.preview()));
    }
  }
}

package io.granular.app.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.app.fake.FakeEngine;
import io.granular.app.fx.Background;
import io.granular.app.session.Sampling;
import io.granular.app.session.Side;
import io.granular.app.session.SideSettings;
import io.granular.app.session.Wanted;
import io.granular.engine.run.RunRequest;
import io.granular.engine.studio.RunOutcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobQueueTest {
  @TempDir
  Path folder;

  private final LinkedBlockingQueue<Runnable> ui = new LinkedBlockingQueue<>();
  private final FakeEngine engine = new FakeEngine();
  private final JobQueue queue = new JobQueue(engine,
      new Background(Executors.newVirtualThreadPerTaskExecutor(), ui::add));
  private final List<String> ends = new ArrayList<>();

  @Test
  void jobsRunInOrderOneAfterTheOther() {
    submit(Side.A, "fp32");
    submit(Side.B, "bf16");
    submit(Side.B, "w8");
    assertThat(queue.active().get()).isEqualTo(3);
    assertThat(queue.upcoming()).map(Job::title).contains("bf16");
    runUntil(() -> ends.size() == 3);
    assertThat(ends).containsExactly("fp32 Finished", "bf16 Finished", "w8 Finished");
    assertThat(engine.mostAtOnce()).isOne();
    assertThat(queue.active().get()).isZero();
    assertThat(queue.current().get()).isNull();
    queue.clearEnded();
    assertThat(queue.jobs()).isEmpty();
  }

  @Test
  void aJobThatWaitsIsCancelledWithoutAskingTheEngine() {
    engine.holdAfter(2);
    submit(Side.A, "fp32");
    submit(Side.B, "bf16");
    runUntil(() -> engine.requests().size() == 1);
    queue.jobs().getFirst().cancel();
    assertThat(ends).containsExactly("bf16 Cancelled");
    engine.release();
    runUntil(() -> ends.size() == 2);
    assertThat(engine.requests()).hasSize(1);
  }

  @Test
  void cancellingBeforeTheEngineAnsweredStillCancels() {
    engine.hang();
    engine.holdAfter(1);
    submit(Side.A, "fp32");
    queue.cancelAll();
    engine.wake();
    runUntil(() -> ends.size() == 1);
    assertThat(ends).containsExactly("fp32 Cancelled");
  }

  @Test
  void anEngineThatThrowsFailsTheJobAndNotTheQueue() {
    submit(Side.A, "no such recipe");
    submit(Side.B, "bf16");
    runUntil(() -> ends.size() == 2);
    assertThat(ends).containsExactly("no such recipe Failed", "bf16 Finished");
    RunOutcome.Failed failed = (RunOutcome.Failed) ((JobState.Ended) queue.jobs()
        .getLast()
        .state()
        .get()).outcome();
    assertThat(failed.message()).isEqualTo("no recipe no such recipe");
    assertThat(failed.log()).contains("FakeRecipe");
  }

  private void submit(Side side, String recipe) {
    RunRequest request = new Wanted("demo", new SideSettings(recipe,
        Sampling.MODEL_DEFAULT.withSteps(3).withWidth(16).withHeight(16)), "p", "", 1, 0)
        .request(true, folder.resolve(recipe));
    queue.submit(new Job(side, recipe, request, _ -> {}, (job, outcome) -> ends
        .add(job.title() + " " + outcome.getClass().getSimpleName())));
  }

  private void runUntil(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited long enough").isLessThan(end);
      try {
        Runnable next = ui.poll(10, TimeUnit.MILLISECONDS);
        if (next != null) {
          next.run();
        }
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }
}

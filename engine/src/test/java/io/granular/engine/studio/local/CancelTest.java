package io.granular.engine.studio.local;

import static io.granular.engine.studio.local.TestEngines.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.granular.engine.run.RunListener;
import io.granular.engine.run.RunProgress;
import io.granular.engine.studio.Run;
import io.granular.engine.studio.RunOutcome;
import io.granular.engine.studio.RunOutcome.Cancelled;
import io.granular.engine.studio.RunOutcome.Finished;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class CancelTest {
  @TempDir
  private Path folder;
  private LocalEngine engine;

  @BeforeEach
  void open() {
    engine = TestEngines.engine(TestEngines.settings(folder), folder);
  }

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void aRunThatListensEndsPolitelyAndKeepsItsWorker() throws Exception {
    Run run = startedRun("slow");
    ProcessHandle worker = WorkerProcesses.only();

    run.cancel();

    assertThat(run.outcome().join()).isEqualTo(new Cancelled());
    assertThat(next()).isInstanceOf(Finished.class);
    assertThat(WorkerProcesses.only()).isEqualTo(worker);
  }

  @Test
  void aRunThatDoesNotListenLosesItsWorker() throws Exception {
    Run run = startedRun("hang");
    ProcessHandle worker = WorkerProcesses.only();

    run.cancel();

    assertThat(run.outcome().join()).isEqualTo(new Cancelled());
    worker.onExit().join();
    assertThat(next()).isInstanceOf(Finished.class);
    assertThat(WorkerProcesses.only()).isNotEqualTo(worker);
  }

  @Test
  void aRunInTheQueueEndsAtOnceAndTheOneBeforeItGoesOn() throws Exception {
    Run first = startedRun("slow");
    List<RunProgress> heard = new CopyOnWriteArrayList<>();
    Run second = engine.start(request("a bus", folder.resolve("second")), heard::add);

    second.cancel();

    assertThat(second.outcome().join()).isEqualTo(new Cancelled());
    assertThat(first.outcome()).isNotDone();
    first.cancel();
    assertThat(first.outcome().join()).isEqualTo(new Cancelled());
    assertThat(heard).isEmpty();
  }

  @Test
  void cancellingTwiceOrTooLateChangesNothing() {
    Run run = engine.start(request("a bus", folder.resolve("out")), progress -> {});
    RunOutcome outcome = run.outcome().join();
    run.cancel();
    run.cancel();
    assertThat(run.outcome().join()).isSameAs(outcome).isInstanceOf(Finished.class);
  }

  @Test
  void nothingIsHeardAfterTheOutcome() throws Exception {
    List<String> heard = new CopyOnWriteArrayList<>();
    CountDownLatch telling = new CountDownLatch(1);
    Run run = engine.start(request("hang", folder.resolve("out")), progress -> {
      telling.countDown();
      sleep();
      heard.add(progress.stage().name());
    });
    run.outcome().thenAccept(outcome -> heard.add("outcome"));
    telling.await();

    run.cancel();
    run.outcome().join();
    Thread.sleep(500);

    assertThat(heard).containsOnlyOnce("outcome").endsWith("outcome");
  }

  @Test
  void closingTheEngineCancelsWhatIsUnderWayAndWhatWaits() throws Exception {
    Run first = startedRun("hang");
    Run second = engine.start(request("a bus", folder.resolve("second")), progress -> {});
    engine.close();
    assertThat(first.outcome().join()).isEqualTo(new Cancelled());
    assertThat(second.outcome().join()).isEqualTo(new Cancelled());
  }

  private static void sleep() {
    try {
      Thread.sleep(150);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Run startedRun(String prompt) throws InterruptedException {
    CountDownLatch stepping = new CountDownLatch(1);
    RunListener listener = progress -> {
      if (progress.step() > 0) {
        stepping.countDown();
      }
    };
    Run run = engine.start(request(prompt, folder.resolve(prompt)), listener);
    stepping.await();
    return run;
  }

  private RunOutcome next() {
    return engine.start(request("a bus", folder.resolve("next")), progress -> {}).outcome().join();
  }
}

package io.granular.engine.studio.local;

import static io.granular.engine.studio.local.TestEngines.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.granular.engine.studio.RunOutcome;
import io.granular.engine.studio.RunOutcome.Failed;
import io.granular.engine.studio.RunOutcome.Finished;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class CrashTest {
  @TempDir
  private Path folder;

  @ParameterizedTest
  @CsvSource(textBlock = """
      crash,  crashed (SIGABRT),           report it together with the log
      killed, was killed (SIGKILL),        memory runs out
      heap,   ran out of Java heap memory, granular.worker.heap
      """)
  void aWorkerThatDiesEndsOneRunAndTheNextOneWorks(String how, String what, String remedy) {
    try (LocalEngine engine = TestEngines.engine(TestEngines.settings(folder, "x=y"), folder)) {
      Failed failed = (Failed) run(engine, how);
      assertThat(failed.message()).contains(what)
          .contains("after step 1 of 4 of recipe 'fp32' on 'demo'");
      assertThat(failed.remedy()).contains(remedy);
      assertThat(run(engine, "a bus")).isInstanceOf(Finished.class);
    }
  }

  @Test
  void theEndOfTheWorkersLogIsKept() {
    try (LocalEngine engine = TestEngines.engine(TestEngines.settings(folder), folder)) {
      assertThat(((Failed) run(engine, "crash")).log()).endsWith("about to crash");
      assertThat(((Failed) run(engine, "fail")).log())
          .contains("IllegalArgumentException: The lens cap is on");
    }
  }

  @Test
  void aRunnerThatThrowsKeepsItsWorkerAndItsWords() {
    try (LocalEngine engine = TestEngines.engine(TestEngines.settings(folder), folder)) {
      assertThat(((Failed) run(engine, "fail")).message())
          .isEqualTo("The lens cap is on. Take it off.");
      ProcessHandle worker = WorkerProcesses.only();
      assertThat(((Failed) run(engine, "bug")).message())
          .startsWith("Unexpected java.lang.NullPointerException");
      assertThat(WorkerProcesses.only()).isEqualTo(worker);
    }
  }

  @Test
  void aWorkerThatEndsWhileItStartsSaysWhy() {
    WorkerSettings settings = TestEngines.settings(folder, "granular.test.stillborn=true");
    try (LocalEngine engine = TestEngines.engine(settings, folder)) {
      Failed failed = (Failed) run(engine, "a bus");
      assertThat(failed.message()).contains("ended with exit code 7");
      assertThat(failed.log()).isEqualTo("no such library");
    }
  }

  @Test
  void aWorkerThatHangsWhileItStartsIsEnded() {
    WorkerSettings settings = TestEngines.settings(folder, "granular.test.mute=true")
        .withPatience(Duration.ofMillis(800), Duration.ofMillis(400));
    try (LocalEngine engine = TestEngines.engine(settings, folder)) {
      Failed failed = (Failed) run(engine, "a bus");
      assertThat(failed.message()).contains("did not answer within 800 ms");
      assertThat(failed.remedy()).contains("granular.worker.start.seconds");
      assertThat(WorkerProcesses.all().map(ProcessHandle::onExit))
          .allSatisfy(exit -> assertThat(exit).succeedsWithin(Duration.ofSeconds(10)));
    }
  }

  @Test
  void aWorkerThatLacksAPartSaysWhich() {
    WorkerSettings settings = TestEngines.settings(folder, "granular.test.incomplete=true");
    try (LocalEngine engine = TestEngines.engine(settings, folder)) {
      assertThat(((Failed) run(engine, "a bus")).message())
          .contains("could not start", "no torch in java.library.path");
    }
  }

  @Test
  void aCrashInNativeCodeNamesJavasReport() {
    try (LocalEngine engine = TestEngines.engine(TestEngines.settings(folder), folder)) {
      Failed failed = (Failed) run(engine, "segfault");
      assertThat(failed.message()).contains("crashed (SIGSEGV)");
      String report = failed.remedy().replaceAll("(?s).*report of it: ", "");
      assertThat(Path.of(report)).exists();
      assertThat(failed.log()).contains("fatal error has been detected");
    }
  }

  @Test
  void onlyTheNewestCrashReportsAreKept() throws Exception {
    CrashReports crashes = new CrashReports(folder);
    for (int i = 1; i <= 12; i++) {
      Path report = Files.createFile(folder.resolve("worker-crash-" + i + ".log"));
      Files.setLastModifiedTime(report, FileTime.fromMillis(i * 10_000));
    }
    crashes.prepare();
    assertThat(crashes.of(2)).isEmpty();
    assertThat(crashes.of(3)).isPresent();
    assertThat(folder).isDirectoryContaining("glob:**worker-crash-12.log");
  }

  @Test
  void aMissingJavaIsNamed() {
    WorkerSettings s = TestEngines.settings(folder);
    WorkerSettings settings = new WorkerSettings(folder.resolve("no-java"), s.mainClass(),
        s.classPath(), s.heap(), s.properties(), s.crashFolder(), s.startTimeout(),
        s.cancelGrace(), s.maxIdle());
    try (LocalEngine engine = TestEngines.engine(settings, folder)) {
      assertThat(((Failed) run(engine, "a bus")).remedy()).contains("no-java");
    }
  }

  private RunOutcome run(LocalEngine engine, String prompt) {
    return engine.start(request(prompt, folder.resolve("out")), progress -> {}).outcome().join();
  }
}

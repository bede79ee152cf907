package io.granular.engine.studio.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ParentDeathTest {
  @TempDir
  private Path folder;

  @Test
  void aWorkerEndsWhenItsParentIsKilledInTheMiddleOfARun() throws Exception {
    ProcessBuilder builder = new ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m",
        Parent.class.getName(), folder.toString());
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    Process parent = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader out = parent.inputReader()) {
      ProcessHandle worker = ProcessHandle.of(Long.parseLong(out.readLine())).orElseThrow();
      assertThat(worker.isAlive()).isTrue();

      parent.destroyForcibly();

      assertThat(worker.onExit()).succeedsWithin(Duration.ofSeconds(10));
    } finally {
      parent.destroyForcibly();
    }
  }

  /** Starts a run that never ends and prints its worker's process id. */
  static final class Parent {
    public static void main(String[] args) throws Exception {
      Path folder = Path.of(args[0]);
      LocalEngine engine = TestEngines.engine(TestEngines.settings(folder), folder);
      engine.start(TestEngines.request("hang", folder.resolve("out")), progress -> {
        if (progress.step() == 1) {
          System.out.println(WorkerProcesses.only().pid());
        }
      }).outcome().join();
    }
  }
}

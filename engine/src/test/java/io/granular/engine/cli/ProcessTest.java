package io.granular.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What only shows in a real process: signals, exit codes, the working folder. */
@Timeout(120)
class ProcessTest {
  @TempDir
  private Path folder;
  private Process process;

  @Test
  void withoutADisplayTheFirstComparisonIsRunAndSaysWhereItIs() throws Exception {
    Process granular = start();
    assertThat(granular.waitFor()).as(error()).isZero();
    assertThat(error()).contains("no display");
    Path page = folder.resolve("granular-compare/report.html");
    assertThat(page).exists();
    assertThat(output()).contains(page.toRealPath().toString(), "fp32", "w8a8-dynamic");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void controlCCancelsPolitelyAndLeavesNoWorkerBehind() throws Exception {
    Process granular = start("generate", "demo", "--prompt", "slow", "--out", "x.png", "--json");
    ProcessHandle worker = workerOf(granular);
    awaitSecondStep();

    // A terminal sends it to all processes of the foreground group.
    signal("-INT", worker.pid());
    signal("-INT", granular.pid());

    assertThat(granular.waitFor()).as(error()).isEqualTo(130);
    assertThat(worker.onExit()).succeedsWithin(Duration.ofSeconds(10));
    assertThat(output()).isEmpty();
    assertThat(error()).contains("granular: cancelled").doesNotContain("its worker is ended");
    assertThat(folder.resolve("x.png")).doesNotExist();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void controlCEndsARunThatDoesNotListenToo() throws Exception {
    Process granular = start("generate", "demo", "--prompt", "hang", "--out", "x.png");
    ProcessHandle worker = workerOf(granular);
    awaitSecondStep();

    signal("-INT", granular.pid());

    assertThat(granular.waitFor()).as(error()).isEqualTo(130);
    assertThat(worker.onExit()).succeedsWithin(Duration.ofSeconds(10));
    assertThat(error()).contains("its worker is ended");
  }

  private Process start(String... args) throws IOException {
    List<String> command = new ArrayList<>(withInterrupts());
    command.addAll(
        List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m",
            "--enable-native-access=ALL-UNNAMED", "-Dgranular.log=debug",
            "-Dgranular.data=" + folder, "-Dgranular.models=" + folder,
            TestMain.class.getName()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile())
        .redirectOutput(folder.resolve("out.txt").toFile())
        .redirectError(folder.resolve("err.txt").toFile());
    builder.environment().put("CLASSPATH", absoluteClassPath());
    builder.environment().remove("DISPLAY");
    builder.environment().remove("WAYLAND_DISPLAY");
    process = builder.start();
    return process;
  }

  /** A build in the background is deaf to Ctrl-C, and so would be what it starts. */
  private static List<String> withInterrupts() {
    return OS.current() == OS.LINUX ? List.of("env", "--default-signal=INT") : List.of();
  }

  @AfterEach
  void end() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private static String absoluteClassPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static ProcessHandle workerOf(Process granular) throws InterruptedException {
    while (granular.isAlive()) {
      List<ProcessHandle> children = granular.toHandle().children().toList();
      if (!children.isEmpty()) {
        return children.getFirst();
      }
      Thread.sleep(20);
    }
    throw new AssertionError("no worker was started");
  }

  /** The fake worker says so in its log, which a log at debug level repeats. */
  private void awaitSecondStep() throws InterruptedException {
    while (!error().contains("misbehaving")) {
      Thread.sleep(20);
    }
  }

  private static void signal(String name, long pid) throws IOException, InterruptedException {
    new ProcessBuilder("kill", name, Long.toString(pid)).start().waitFor();
  }

  private String output() throws IOException {
    return Files.readString(folder.resolve("out.txt"));
  }

  private String error() {
    try {
      return Files.readString(folder.resolve("err.txt"));
    } catch (IOException e) {
      return "";
    }
  }
}

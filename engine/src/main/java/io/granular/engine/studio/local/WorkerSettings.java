package io.granular.engine.studio.local;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * How workers are started and ended.
 *
 * @param java the java executable
 * @param mainClass the worker's main class
 * @param classPath as {@code java -cp} takes it
 * @param heap the worker's largest Java heap, as {@code -Xmx} takes it; tensors are not on it
 * @param properties {@code name=value}, handed on to the worker
 * @param crashFolder where the Java runtime writes its report when native code crashes
 * @param startTimeout how long a worker may take until it listens
 * @param cancelGrace how long a cancelled run may take to end politely
 * @param maxIdle how many idle workers are kept warm
 */
public record WorkerSettings(Path java, String mainClass, String classPath, String heap,
    List<String> properties, Path crashFolder, Duration startTimeout, Duration cancelGrace,
    int maxIdle) {

  /** Pages of a heap stay resident once they were used, so it starts small and reuses what it has. */
  private static final String FIRST_HEAP = "48m";
  private static final String YOUNG = "16m";
  /** Property that tells a worker where it may keep what can be computed again; without it, nothing is kept. */
  public static final String CACHE = "granular.cache";
  private static final String MAIN_CLASS = "io.granular.engine.worker.WorkerMain";

  /**
   * This process's own installation; {@code granular.worker.heap}, {@code .start.seconds},
   * {@code .cancel.seconds} and {@code .idle} override the usual values.
   */
  public static WorkerSettings standard(AppFolders folders) {
    return of(System.getProperties(), folders);
  }

  static WorkerSettings of(Properties system, AppFolders folders) {
    return new WorkerSettings(javaExecutable(system), MAIN_CLASS,
        system.getProperty("java.class.path", ""),
        system.getProperty("granular.worker.heap", "2g"), handedOn(system, folders), folders.logs(),
        seconds(system, "granular.worker.start.seconds", 60),
        seconds(system, "granular.worker.cancel.seconds", 3),
        (int) number(system, "granular.worker.idle", 2));
  }

  /** The same, with another main class. */
  public WorkerSettings withMainClass(String name) {
    return new WorkerSettings(java, name, classPath, heap, properties, crashFolder, startTimeout,
        cancelGrace, maxIdle);
  }

  /** The same, with other patience. */
  public WorkerSettings withPatience(Duration start, Duration cancel) {
    return new WorkerSettings(java, mainClass, classPath, heap, properties, crashFolder, start,
        cancel, maxIdle);
  }

  /** The command that starts a worker, without its class path, which may be too long for it. */
  List<String> command() {
    List<String> command = new ArrayList<>(List.of(java.toString(), "-Xmx" + heap,
        // Small and steady: a worker's memory is measured, and its objects are few.
        "-XX:+UseSerialGC", "-Xms" + FIRST_HEAP, "-XX:NewSize=" + YOUNG, "-XX:MaxNewSize=" + YOUNG,
        "-XX:-ShrinkHeapInSteps",
        "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
        "-Djava.awt.headless=true",
        // Whatever the runtime itself prints must not go into the protocol.
        "-XX:+DisplayVMOutputToStderr",
        "-XX:+ExitOnOutOfMemoryError", "-XX:-CreateCoredumpOnCrash",
        "-XX:ErrorFile=" + crashReports().pattern()));
    properties.forEach(property -> command.add("-D" + property));
    command.add(mainClass);
    return command;
  }

  /** Where crashes of workers are described. */
  CrashReports crashReports() {
    return new CrashReports(crashFolder);
  }

  private static Path javaExecutable(Properties system) {
    Path bin = Path.of(system.getProperty("java.home"), "bin");
    Path windows = bin.resolve("java.exe");
    return Files.exists(windows) ? windows : bin.resolve("java");
  }

  private static List<String> handedOn(Properties system, AppFolders folders) {
    return Stream.concat(Stream.of(CACHE + "=" + folders.cache()), system.stringPropertyNames()
        .stream()
        .filter(name -> name.startsWith("granular.") || name.startsWith("ai.djl."))
        .filter(name -> !name.equals(CACHE))
        .sorted()
        .map(name -> name + "=" + system.getProperty(name)))
        .toList();
  }

  private static Duration seconds(Properties system, String name, int usual) {
    return Duration.ofSeconds(number(system, name, usual));
  }

  private static long number(Properties system, String name, int usual) {
    String value = system.getProperty(name, Integer.toString(usual));
    try {
      return Integer.parseUnsignedInt(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "The system property " + name + " is '" + value + "'; give it a whole number.", e);
    }
  }
}

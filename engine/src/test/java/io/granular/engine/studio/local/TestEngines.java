package io.granular.engine.studio.local;

import io.granular.engine.run.RunRequest;
import io.granular.engine.run.SamplerChoice;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Engines whose workers draw noise instead of running networks. */
public final class TestEngines {
  /** Main class of such workers. */
  public static final String WORKER = "io.granular.engine.worker.TestWorkerMain";

  private TestEngines() {}

  /** With patience for a slow machine, and little of it for a worker that hangs. */
  public static WorkerSettings settings(Path folder) {
    return WorkerSettings.standard(folders(folder))
        .withMainClass(WORKER)
        .withPatience(Duration.ofSeconds(60), Duration.ofMillis(400));
  }

  /** The same, with system properties for the worker. */
  static WorkerSettings settings(Path folder, String... properties) {
    WorkerSettings s = settings(folder);
    List<String> all = new ArrayList<>(s.properties());
    all.addAll(List.of(properties));
    return new WorkerSettings(s.java(), s.mainClass(), s.classPath(), "64m", all, s.crashFolder(),
        s.startTimeout(), s.cancelGrace(), s.maxIdle());
  }

  /** Everything under {@code folder}. */
  public static AppFolders folders(Path folder) {
    return new AppFolders(folder.resolve("data"), folder.resolve("cache"));
  }

  /** An engine with these settings. */
  public static LocalEngine engine(WorkerSettings settings, Path folder) {
    return new LocalEngine(new FakeLibrary(), settings, folders(folder), new FakeMachine());
  }

  /** A request whose prompt's first word tells {@code FakeSideRunner} how to misbehave. */
  static RunRequest request(String prompt, Path output) {
    return new RunRequest("demo", null, "fp32", prompt, "", 1, null, null, null, null,
        SamplerChoice.MODEL_DEFAULT, 1, null, null, false, output);
  }

  private static final class FakeMachine implements Machine {
    @Override
    public String processor() {
      return "Test processor";
    }

    @Override
    public int threads() {
      return 1;
    }

    @Override
    public long totalMemory() {
      return 16L << 30;
    }

    @Override
    public long availableMemory() {
      return 12L << 30;
    }
  }
}

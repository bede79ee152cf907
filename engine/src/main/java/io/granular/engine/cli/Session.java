package io.granular.engine.cli;

import io.granular.engine.run.RunRequest;
import io.granular.engine.studio.Run;
import io.granular.engine.studio.RunOutcome;
import io.granular.engine.studio.local.AppFolders;
import io.granular.engine.studio.local.LocalEngine;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the commands of one call share: console, engine, folders, and the run that Ctrl-C ends. */
final class Session implements AutoCloseable {
  private final Console console;
  private final AppFolders folders;
  private final Supplier<LocalEngine> engines;
  private String commandLine = "granular";
  private @Nullable LocalEngine engine;
  private @Nullable Run current;
  private boolean cancelled;

  /**
   * @param engines makes the engine when a command first needs it
   */
  Session(Console console, AppFolders folders, Supplier<LocalEngine> engines) {
    this.console = console;
    this.folders = folders;
    this.engines = engines;
  }

  Console console() {
    return console;
  }

  AppFolders folders() {
    return folders;
  }

  /** The command line as typed, for reports. */
  String commandLine() {
    return commandLine;
  }

  void setCommandLine(String typed) {
    commandLine = typed;
  }

  synchronized LocalEngine engine() {
    if (engine == null) {
      engine = engines.get();
    }
    return engine;
  }

  /** Runs one side with a progress bar and waits for its end. */
  RunOutcome await(RunRequest request, String title) {
    try (ProgressBar bar = new ProgressBar(console, title)) {
      Run run = engine().start(request, bar);
      synchronized (this) {
        current = run;
        if (cancelled) {
          run.cancel();
        }
      }
      return run.outcome().join();
    }
  }

  /** Ends the current run politely and lets no other begin; callable from any thread. */
  synchronized void cancel() {
    cancelled = true;
    if (current != null) {
      current.cancel();
    }
  }

  @Override
  public synchronized void close() {
    if (engine != null) {
      engine.close();
    }
  }
}

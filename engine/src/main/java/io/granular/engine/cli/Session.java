package io.granular.engine.cli;

import io.granular.engine.analyze.AnalysisRequest;
import io.granular.engine.run.CalibrationRequest;
import io.granular.engine.run.RunRequest;
import io.granular.engine.studio.AnalysisOutcome;
import io.granular.engine.studio.AnalysisRun;
import io.granular.engine.studio.BudgetOutcome;
import io.granular.engine.studio.BudgetRequest;
import io.granular.engine.studio.BudgetRun;
import io.granular.engine.studio.CalibrationOutcome;
import io.granular.engine.studio.CalibrationRun;
import io.granular.engine.studio.Run;
import io.granular.engine.studio.RunOutcome;
import io.granular.engine.studio.TrainingOutcome;
import io.granular.engine.studio.TrainingRun;
import io.granular.engine.studio.local.AppFolders;
import io.granular.engine.studio.local.LocalEngine;
import io.granular.engine.train.TrainingRequest;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the commands of one call share: console, engine, folders, and the run that Ctrl-C ends. */
final class Session implements AutoCloseable {
  private final Console console;
  private final AppFolders folders;
  private final Supplier<LocalEngine> engines;
  private String commandLine = "granular";
  private @Nullable LocalEngine engine;
  private @Nullable Runnable current;
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
      cancelWith(run::cancel);
      return run.outcome().join();
    }
  }

  /** Calibrates with a progress bar and waits for its end. */
  CalibrationOutcome await(CalibrationRequest request) {
    try (ProgressBar bar = new ProgressBar(console, request.model())) {
      CalibrationRun run = engine().calibrate(request, bar);
      cancelWith(run::cancel);
      return run.outcome().join();
    }
  }

  /** Analyses with a progress bar and waits for its end. */
  AnalysisOutcome await(AnalysisRequest request) {
    try (ProgressBar bar = new ProgressBar(console, request.recipe())) {
      AnalysisRun run = engine().analyze(request, bar);
      cancelWith(run::cancel);
      return run.outcome().join();
    }
  }

  /** Trains with a progress bar, and a line now and then, and waits for its end. */
  TrainingOutcome await(TrainingRequest request) {
    try (ProgressBar bar = new ProgressBar(console, request.recipe())) {
      TrainingRun run = engine().train(request, new TrainingLines(console, bar));
      cancelWith(run::cancel);
      return run.outcome().join();
    }
  }

  /** Goes on with an interrupted training. */
  TrainingOutcome resume(Path folder) {
    try (ProgressBar bar = new ProgressBar(console, folder.toString())) {
      TrainingRun run = engine().resumeTraining(folder, new TrainingLines(console, bar));
      cancelWith(run::cancel);
      return run.outcome().join();
    }
  }

  /** Measures a budget's candidates with a progress bar and waits for its end. */
  BudgetOutcome await(BudgetRequest request) {
    try (ProgressBar bar = new ProgressBar(console, request.on().model())) {
      BudgetRun run = engine().measureBudget(request, bar);
      cancelWith(run::cancel);
      return run.outcome().join();
    }
  }

  private synchronized void cancelWith(Runnable cancel) {
    current = cancel;
    if (cancelled) {
      cancel.run();
    }
  }

  /** Ends the current run politely and lets no other begin; callable from any thread. */
  synchronized void cancel() {
    cancelled = true;
    if (current != null) {
      current.run();
    }
  }

  @Override
  public synchronized void close() {
    if (engine != null) {
      engine.close();
    }
  }
}

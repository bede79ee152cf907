package io.granular.engine.studio.local;

import io.granular.engine.analyze.AnalysisRequest;
import io.granular.engine.analyze.AnalysisResult;
import io.granular.engine.calibrate.SamplePlan;
import io.granular.engine.lower.Capabilities;
import io.granular.engine.run.Bench;
import io.granular.engine.run.CalibrationRequest;
import io.granular.engine.run.CalibrationResult;
import io.granular.engine.run.Calibrator;
import io.granular.engine.run.NetworkRunner;
import io.granular.engine.run.RunListener;
import io.granular.engine.run.RunRequest;
import io.granular.engine.studio.AnalysisOutcome;
import io.granular.engine.studio.AnalysisRun;
import io.granular.engine.studio.BudgetRequest;
import io.granular.engine.studio.BudgetRun;
import io.granular.engine.studio.BudgetSolver;
import io.granular.engine.studio.CalibrationOutcome;
import io.granular.engine.studio.CalibrationRun;
import io.granular.engine.studio.Engine;
import io.granular.engine.studio.EngineException;
import io.granular.engine.studio.EngineInfo;
import io.granular.engine.studio.ModelInfo;
import io.granular.engine.studio.ModuleRanges;
import io.granular.engine.studio.ModuleWeights;
import io.granular.engine.studio.PlanSummary;
import io.granular.engine.studio.RecipeInfo;
import io.granular.engine.studio.Run;
import io.granular.engine.studio.RunOutcome;
import io.granular.engine.studio.RunOutcome.Failed;
import io.granular.engine.studio.Sensitivities;
import io.granular.engine.studio.TrainingRun;
import io.granular.engine.studio.protocol.KernelReport;
import io.granular.engine.studio.protocol.WorkerApi;
import io.granular.engine.train.TrainingEstimate;
import io.granular.engine.train.TrainingRequest;
import io.granular.engine.train.UnfinishedTraining;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The engine on this machine. Everything that needs libtorch happens in worker processes, one thing
 * after the other in the order asked for, so that every time is measured on an otherwise quiet
 * machine.
 */
public final class LocalEngine implements Engine, NetworkRunner, Bench {
  private final Library library;
  private final WorkerSettings settings;
  private final Machine machine;
  private final Installation installation = Installation.current();
  private final KernelCache kernelCache;
  private final WorkerPool pool;
  private final AppFolders folders;
  private final CalibrationCache calibrations;
  private final AnalysisCache analyses;
  private final Trainings trainings;
  private final TaskQueue queue;
  private @Nullable KernelReport kernels;

  /**
   * @param library looks at models and recipes
   * @param settings how workers are started and ended
   * @param folders where caches are
   */
  public LocalEngine(Library library, WorkerSettings settings, AppFolders folders) {
    this(library, settings, folders, new OshiMachine());
  }

  LocalEngine(Library library, WorkerSettings settings, AppFolders folders, Machine machine) {
    this.library = library;
    this.settings = settings;
    this.machine = machine;
    this.kernelCache =
        new KernelCache(folders.cache().resolve("kernels.json"), installation, machine);
    this.pool = new WorkerPool(settings, machine);
    this.folders = folders;
    this.queue = new TaskQueue();
    this.trainings = new Trainings(queue, pool, machine, folders);
    this.calibrations = new CalibrationCache(folders.cache().resolve("calibrations"));
    this.analyses = new AnalysisCache(folders.cache().resolve("analyses"), library);
  }

  /** This installation's engine, with the real models and workers. */
  public static LocalEngine create() {
    AppFolders folders = AppFolders.standard();
    return new LocalEngine(new ModelLibrary(), WorkerSettings.standard(folders), folders);
  }

  @Override
  public ModelInfo info(String model) {
    return library.info(model, null);
  }

  @Override
  public List<RecipeInfo> recipes() {
    return library.recipes();
  }

  @Override
  public PlanSummary plan(String model, String recipe, @Nullable Path calibration) {
    return plan(model, null, recipe, false, calibration);
  }

  /**
   * The same for a single-file checkpoint that {@code config} describes.
   *
   * @param simulate as in {@link RunRequest}
   * @param calibration as in {@link #plan(String, String, Path)}
   */
  public PlanSummary plan(String model, @Nullable Path config, String recipe, boolean simulate,
      @Nullable Path calibration) {
    return library.plan(model, config, recipe, simulate,
        usable(model, config, recipe, calibration), kernelReport());
  }

  /** The calibration that a run would use, if it has been made. */
  private @Nullable Path usable(String model, @Nullable Path config, String recipe,
      @Nullable Path calibration) {
    return calibration != null || !library.needsCalibration(recipe) ? calibration
        : calibrations.made(CalibrationRequest.usual(model, config, 0));
  }

  @Override
  public @Nullable ModuleRanges moduleRanges(String model, String recipe,
      @Nullable Path calibration, String module) {
    Path used = usable(model, null, recipe, calibration);
    return used == null ? null : library.moduleRanges(recipe, used, module);
  }

  @Override
  public ModuleWeights moduleWeights(String model, String module) {
    return library.moduleWeights(model, module);
  }

  @Override
  public BudgetSolver budget(Sensitivities measured) {
    return new Budgets(measured.model(), measured.config(), measured.calibration(),
        kernelReport().capabilities()).solver(measured.candidates());
  }

  /** What else files can tell without running anything. */
  public Library library() {
    return library;
  }

  @Override
  public Run start(RunRequest request, RunListener listener) {
    QueuedRun run = new QueuedRun(queue.nextId(),
        request.withThreads(threads(request.threads())), listener,
        settings.cancelGrace(), queue.timer());
    queue.add(run, () -> work(run));
    return run;
  }

  @Override
  public CalibrationRun calibrate(CalibrationRequest request, RunListener listener) {
    QueuedCalibration task = new QueuedCalibration(queue.nextId(), request, listener,
        settings.cancelGrace(), queue.timer());
    queue.add(task, () -> new CalibrationOutcome.Finished(calibrated(task, request)));
    return task;
  }

  @Override
  public AnalysisRun analyze(AnalysisRequest request, RunListener listener) {
    AnalysisRequest complete = request.withThreads(threads(request.threads()));
    QueuedAnalysis task = new QueuedAnalysis(queue.nextId(), complete, listener,
        settings.cancelGrace(), queue.timer());
    queue.add(task, () -> new AnalysisOutcome.Finished(analyzed(task, complete)));
    return task;
  }

  @Override
  public TrainingRun train(TrainingRequest request, RunListener listener) {
    return trainings.begin(request, listener);
  }

  @Override
  public TrainingEstimate estimateTraining(TrainingRequest request) {
    return trainings.estimate(request, kernelReport());
  }

  @Override
  public List<UnfinishedTraining> unfinishedTrainings() {
    return trainings.unfinished();
  }

  @Override
  public TrainingRun resumeTraining(Path folder, RunListener listener) {
    return trainings.resume(folder, listener);
  }

  @Override
  public void discardTraining(Path folder) {
    trainings.discard(folder);
  }

  @Override
  public BudgetRun measureBudget(BudgetRequest request, RunListener listener) {
    QueuedBudget task = new QueuedBudget(queue.nextId(), request.on().model(), listener,
        settings.cancelGrace(), queue.timer());
    // Before its turn: probing takes a turn of its own.
    Capabilities kernels = kernelReport().capabilities();
    queue.add(task, () -> {
      try (Scratch scratch = Scratch.open(folders.scratch())) {
        AnalysisRequest on = request.on();
        return new Budgets(on.model(), on.config(), on.calibration(), kernels).measured(
            task, request, scratch.folder(),
            each -> analyzed(task, each.withThreads(threads(each.threads()))));
      }
    });
    return task;
  }

  private AnalysisResult analyzed(QueuedTask<?> task, AnalysisRequest asked)
      throws QueuedTask.Ended, WorkerException {
    AnalysisRequest request = analyses.kept(asked);
    if (request.calibration() == null && library.needsCalibration(request.recipe())) {
      request = request.withCalibration(calibrated(task,
          CalibrationRequest.usual(request.model(), request.config(), request.threads())).file());
    }
    AnalysisRequest complete = request;
    WorkerKey key =
        new WorkerKey(request.threads(), String.join(" ", "analysis", request.model()));
    WorkerProcess worker = pool.acquire(key);
    try {
      return switch (task.drive(worker, api -> api.analyze(task.id(), complete))) {
        case AnalysisOutcome.Finished(var result) -> result;
        case AnalysisOutcome.Cancelled() -> throw new QueuedTask.Ended(null);
        case AnalysisOutcome.Failed(var message, var remedy, _) ->
          throw new QueuedTask.Ended(new Failed(message, remedy, worker.log()));
      };
    } finally {
      pool.release(key, worker);
    }
  }

  private RunOutcome work(QueuedRun run) throws QueuedTask.Ended, WorkerException {
    RunRequest request = run.request();
    if (request.calibration() == null && library.needsCalibration(request.recipe())) {
      request = request.withCalibration(calibrated(run,
          CalibrationRequest.usual(request.model(), request.config(), request.threads())).file());
    }
    WorkerKey key = new WorkerKey(request.threads(),
        String.join(" ", request.model(), String.valueOf(request.config()), request.recipe(),
            request.simulate() ? "simulated" : ""));
    WorkerProcess worker = pool.acquire(key);
    try {
      return run.drive(worker, request);
    } finally {
      pool.release(key, worker);
    }
  }

  /** A calibration of the cache, made first if it is not there, by a worker of its own. */
  private CalibrationResult calibrated(QueuedTask<?> task, CalibrationRequest request)
      throws QueuedTask.Ended, WorkerException {
    Calibrator.Job job = calibrations.job(request);
    if (calibrations.has(job)) {
      return new CalibrationResult(job.output(), SamplePlan.of(request.samples()).samples(), 0, 0);
    }
    WorkerKey key = new WorkerKey(threads(request.threads()),
        String.join(" ", "calibration", request.model()));
    WorkerProcess worker = pool.acquire(key);
    try {
      return switch (task.drive(worker, api -> api.calibrate(task.id(), job))) {
        case CalibrationOutcome.Finished(var result) -> result;
        case CalibrationOutcome.Cancelled() -> throw new QueuedTask.Ended(null);
        case CalibrationOutcome.Failed(var message, var remedy, _) ->
          throw new QueuedTask.Ended(new Failed(message, remedy, worker.log()));
      };
    } finally {
      // It has held a model in full precision, whose memory others need.
      worker.close();
    }
  }

  @Override
  public NetworkRunner.Answer run(NetworkRunner.Call call) {
    NetworkRunner.Call complete = call.calibration() != null
        || !library.needsCalibration(call.recipe()) ? call
            : call.withCalibration(usualCalibration(call));
    return ask(new WorkerKey(threads(call.threads()), "networks"), api -> api.network(complete));
  }

  private Path usualCalibration(NetworkRunner.Call call) {
    CalibrationRequest usual =
        CalibrationRequest.usual(call.model(), call.config(), call.threads());
    return switch (calibrate(usual, progress -> {}).outcome().join()) {
      case CalibrationOutcome.Finished(var result) -> result.file();
      case CalibrationOutcome.Cancelled() ->
        throw new EngineException("The calibration was cancelled.");
      case CalibrationOutcome.Failed(var message, var remedy, _) ->
        throw new EngineException((message + " " + remedy).strip());
    };
  }

  @Override
  public Bench.Timing time(Bench.Case work) {
    WorkerKey key = new WorkerKey(threads(work.threads()),
        String.join(" ", "bench", work.shape(), work.recipe()));
    return ask(key, api -> api.bench(work));
  }

  @Override
  public EngineInfo engineInfo() {
    KernelReport report = kernelReport();
    return new EngineInfo(installation.version(), report.libtorch(), machine.processor(),
        machine.threads(), machine.totalMemory(), machine.availableMemory(), report.kernels());
  }

  private synchronized KernelReport kernelReport() {
    if (kernels == null) {
      kernels = kernelCache.read().orElseGet(this::probe);
    }
    return kernels;
  }

  private KernelReport probe() {
    KernelReport report = ask(WorkerKey.unused(machine.threads()), WorkerApi::engineInfo);
    kernelCache.write(report);
    return report;
  }

  /** Asks a worker when its turn comes, and waits for the answer. */
  private <T> T ask(WorkerKey key, Function<WorkerApi, CompletableFuture<T>> request) {
    return queue.ask(() -> {
      WorkerProcess worker = pool.acquire(key);
      try {
        return worker.ask(request);
      } finally {
        pool.release(key, worker);
      }
    });
  }

  /**
   * Processor and threads as a report names them.
   *
   * @param threads as in a request; 0 for the number of cores
   */
  public String machineName(int threads) {
    int used = threads(threads);
    return machine.processor() + ", " + used + (used == 1 ? " thread" : " threads");
  }

  private int threads(int wanted) {
    return wanted > 0 ? wanted : machine.threads();
  }

  /** Ends all runs as cancelled, and all workers. */
  @Override
  public void close() {
    queue.abandon();
    pool.close();
    queue.close();
  }
}

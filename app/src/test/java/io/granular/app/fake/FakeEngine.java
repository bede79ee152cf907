package io.granular.app.fake;

import io.granular.engine.analyze.AnalysisRequest;
import io.granular.engine.plan.BadRecipeException;
import io.granular.engine.run.CalibrationRequest;
import io.granular.engine.run.CalibrationResult;
import io.granular.engine.run.RunListener;
import io.granular.engine.run.RunRequest;
import io.granular.engine.save.Fit;
import io.granular.engine.save.SaveRequest;
import io.granular.engine.studio.AnalysisOutcome;
import io.granular.engine.studio.AnalysisRun;
import io.granular.engine.studio.BudgetOutcome;
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
import io.granular.engine.studio.SaveRun;
import io.granular.engine.studio.Sensitivities;
import io.granular.engine.studio.TrainingRun;
import io.granular.engine.train.TrainingEstimate;
import io.granular.engine.train.TrainingRequest;
import io.granular.engine.train.UnfinishedTraining;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An engine that draws instead of computing. Its runs can be made to fail, to stop at a step until
 * they are let go, and any call can be made to hang.
 */
public final class FakeEngine implements Engine {
  private static final long GIB = 1L << 30;

  private final List<RunRequest> requests = Collections.synchronizedList(new ArrayList<>());
  private final List<String> plans = Collections.synchronizedList(new ArrayList<>());
  private final List<AnalysisRequest> analyses =
      Collections.synchronizedList(new ArrayList<>());
  private final List<CalibrationRequest> calibrations =
      Collections.synchronizedList(new ArrayList<>());
  private final Queue<FakeWork<?>> works = new ConcurrentLinkedQueue<>();
  private volatile FakeWork<CalibrationOutcome> calibrating;
  private final List<FakeTraining> trainings = Collections.synchronizedList(new ArrayList<>());
  private final List<TrainingRequest> estimates =
      Collections.synchronizedList(new ArrayList<>());
  private final List<UnfinishedTraining> unfinished =
      Collections.synchronizedList(new ArrayList<>());
  private final FakeBudget budget = new FakeBudget();
  private final FakeSaves saves = new FakeSaves();
  private final Queue<Run> runs = new ConcurrentLinkedQueue<>();
  private final Map<String, RunOutcome.Failed> failures = new ConcurrentHashMap<>();
  private final Map<String, List<String>> notes = new ConcurrentHashMap<>();
  private volatile int holdAt = Integer.MAX_VALUE;
  private volatile CountDownLatch held = new CountDownLatch(0);
  private volatile CountDownLatch hanging = new CountDownLatch(0);
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger mostAtOnce = new AtomicInteger();
  private volatile boolean closed;

  /** Every request so far. */
  public List<RunRequest> requests() {
    return List.copyOf(requests);
  }

  /** Lets runs with that recipe fail. */
  public void fail(String recipe, RunOutcome.Failed outcome) {
    failures.put(recipe, outcome);
  }

  /** Adds a note to results with that recipe. */
  public void note(String recipe, String... texts) {
    notes.put(recipe, List.of(texts));
  }

  /** Lets runs stop after that step until {@link #release} or their cancellation. */
  public void holdAfter(int step) {
    held = new CountDownLatch(1);
    holdAt = step;
  }

  /** Lets held runs go on, and later ones not stop. */
  public void release() {
    holdAt = Integer.MAX_VALUE;
    held.countDown();
  }

  /** Lets every call from now on hang until {@link #wake}. */
  public void hang() {
    hanging = new CountDownLatch(1);
  }

  /** Ends hanging. */
  public void wake() {
    hanging.countDown();
  }

  /** The largest number of runs that were under way together. */
  public int mostAtOnce() {
    return mostAtOnce.get();
  }

  /** Whether it was closed. */
  public boolean closed() {
    return closed;
  }

  @Override
  public ModelInfo info(String model) {
    await(hanging);
    if (model.contains("broken")) {
      throw new EngineException(model + "/unet/config.json is missing. A diffusers folder has a"
          + " config.json in each of its networks; download the model again.");
    }
    return FakeModel.info(model);
  }

  @Override
  public List<RecipeInfo> recipes() {
    await(hanging);
    return Arrays.stream(FakeRecipe.values()).map(FakeRecipe::info).toList();
  }

  @Override
  public PlanSummary plan(String model, String recipe, Path calibration) {
    await(hanging);
    plans.add(recipe);
    try {
      return FakeModel.plan(model, recipe, calibration);
    } catch (BadRecipeException e) {
      throw new EngineException(String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public ModuleWeights moduleWeights(String model, String module) {
    await(hanging);
    return FakeModel.weights(model, module);
  }

  /** Analyses that were asked for so far; none measures anything. */
  public List<AnalysisRequest> analyses() {
    return List.copyOf(analyses);
  }

  /** Recipes that were planned so far. */
  public List<String> plans() {
    return List.copyOf(plans);
  }

  @Override
  public Run start(RunRequest request, RunListener listener) {
    await(hanging);
    requests.add(request);
    FakeRun run = new FakeRun(request, listener, FakeRecipe.of(request.recipe()),
        failures.get(request.recipe()), notes.getOrDefault(request.recipe(), List.of()), holdAt,
        held, running::decrementAndGet);
    mostAtOnce.accumulateAndGet(running.incrementAndGet(), Math::max);
    runs.add(run);
    run.start();
    return run;
  }

  @Override
  public CalibrationRun calibrate(CalibrationRequest request, RunListener listener) {
    calibrations.add(request);
    FakeWork<CalibrationOutcome> work = new FakeWork<>(listener,
        new CalibrationOutcome.Finished(
            new CalibrationResult(Path.of("calibration.json"), request.samples(), 9.3, 0)),
        new CalibrationOutcome.Cancelled());
    works.add(work);
    calibrating = work;
    return new CalibrationRun() {
      @Override
      public void cancel() {
        work.cancel();
      }

      @Override
      public CompletableFuture<CalibrationOutcome> outcome() {
        return work.outcome();
      }
    };
  }

  /** Calibrations that were asked for; each waits for {@link #finishWork}. */
  public List<CalibrationRequest> calibrations() {
    return List.copyOf(calibrations);
  }

  /** Lets calibrations and measurements of budgets end. */
  public void finishWork() {
    works.forEach(FakeWork::finish);
  }

  /** Lets the calibration under way fail. */
  public void failCalibration(CalibrationOutcome.Failed how) {
    calibrating.end(how);
  }

  /** Whether calibrations or measurements of budgets are under way. */
  public boolean working() {
    return works.stream().anyMatch(work -> !work.ended());
  }

  @Override
  public BudgetRun measureBudget(BudgetRequest request, RunListener listener) {
    FakeWork<BudgetOutcome> work = new FakeWork<>(listener,
        new BudgetOutcome.Finished(FakeBudget.MEASURED, List.of()),
        new BudgetOutcome.Cancelled());
    works.add(work);
    return new BudgetRun() {
      @Override
      public void cancel() {
        work.cancel();
      }

      @Override
      public CompletableFuture<BudgetOutcome> outcome() {
        return work.outcome();
      }
    };
  }

  @Override
  public BudgetSolver budget(Sensitivities measured) {
    return budget;
  }

  /** Sizes that budgets were solved for. */
  public List<Long> budgets() {
    return budget.asked();
  }

  @Override
  public ModuleRanges moduleRanges(String model, String recipe, Path calibration,
      String module) {
    await(hanging);
    return calibration == null ? null : FakeModel.ranges(module);
  }

  @Override
  public AnalysisRun analyze(AnalysisRequest request, RunListener listener) {
    analyses.add(request);
    AnalysisOutcome outcome = new AnalysisOutcome.Cancelled();
    return new AnalysisRun() {
      @Override
      public void cancel() {}

      @Override
      public CompletableFuture<AnalysisOutcome> outcome() {
        return CompletableFuture.completedFuture(outcome);
      }
    };
  }

  @Override
  public TrainingRun train(TrainingRequest request, RunListener listener) {
    await(hanging);
    return training(request, listener, 0);
  }

  private TrainingRun training(TrainingRequest request, RunListener listener, int from) {
    FakeTraining training = new FakeTraining(request, listener, from);
    trainings.add(training);
    return training;
  }

  /** Trainings that were asked for; a test makes their steps. */
  public List<FakeTraining> trainings() {
    return List.copyOf(trainings);
  }

  @Override
  public SaveRun save(SaveRequest request, RunListener listener) {
    return saves.save(request, listener);
  }

  @Override
  public Fit fit(SaveRequest request) {
    await(hanging);
    return saves.fit(request);
  }

  /** Saving, which a test lets end. */
  public FakeSaves saves() {
    return saves;
  }

  @Override
  public TrainingEstimate estimateTraining(TrainingRequest request) {
    await(hanging);
    estimates.add(request);
    if (request.recipe().contains("static")) {
      throw new EngineException("unet.mid_block.resnets.0.conv1 has a static range, which training"
          + " would outdate. Take a dynamic one.");
    }
    Double minutes = request.length().minutes();
    Integer steps = request.length().steps();
    double perStep = 0.5 * request.learning().batch() * request.learning().accumulation() / 2;
    double seconds = minutes != null ? 60 * minutes : perStep * steps;
    return new TrainingEstimate(96, 5_200_000,
        1_100_000_000L + 400_000_000L * request.learning().batch(), 9_100_000_000L, perStep,
        "operations of the network's shapes, at 60 billion per second and thread",
        (int) (seconds / perStep), seconds, 104_000_000,
        request.learning().batch() > 8 ? List.of("A batch of more than 8 gains little here.")
            : List.of());
  }

  /** Estimates that were asked for. */
  public List<TrainingRequest> estimates() {
    return List.copyOf(estimates);
  }

  @Override
  public List<UnfinishedTraining> unfinishedTrainings() {
    await(hanging);
    return List.copyOf(unfinished);
  }

  /** Leaves a training of that request to be resumed. */
  public void interrupt(TrainingRequest request) {
    unfinished.add(new UnfinishedTraining(
        request.to().resolveSibling(request.to().getFileName() + ".unfinished"), request,
        new UnfinishedTraining.Progress(200, 0.42, 100, FakeTraining.BEFORE, 0.0052, 200),
        Instant.parse("2026-11-24T18:30:00Z"), 104_000_000));
  }

  @Override
  public TrainingRun resumeTraining(Path folder, RunListener listener) {
    UnfinishedTraining found = unfinished.stream()
        .filter(one -> one.folder().equals(folder))
        .findFirst()
        .orElseThrow(
            () -> new EngineException("There is no interrupted training in " + folder + "."));
    unfinished.remove(found);
    return training(found.request(), listener, found.progress().step());
  }

  @Override
  public void discardTraining(Path folder) {
    unfinished.removeIf(one -> one.folder().equals(folder));
  }

  @Override
  public EngineInfo engineInfo() {
    await(hanging);
    return new EngineInfo("0.1.0", "2.7.1", "AMD EPYC 9554P 64-Core Processor", 8, 16 * GIB,
        9_100_000_000L,
        List.of(new EngineInfo.KernelInfo("onednn-fp32", true, 1.2e-7, ""),
            new EngineInfo.KernelInfo("onednn-bf16", true, 3.1e-3, ""),
            new EngineInfo.KernelInfo("onednn-int8-dynamic", true, 8.4e-3, ""),
            new EngineInfo.KernelInfo("int8-weight-only", true, 4.0e-3, ""),
            new EngineInfo.KernelInfo("amx-int8", false, Double.NaN,
                "This processor has no AMX; onednn-int8-dynamic is used instead.")));
  }

  @Override
  public void close() {
    runs.forEach(Run::cancel);
    runs.forEach(run -> run.outcome().join());
    closed = true;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

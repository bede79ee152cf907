package io.granular.app.fake;

import io.granular.app.modules.AnalysisSource;
import io.granular.app.modules.BudgetSource;
import io.granular.engine.studio.Analysis;
import io.granular.engine.studio.Analysis.ModuleScore;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Invents measurements; each analysis waits to be let go. */
public final class FakeMeasuring implements AnalysisSource, BudgetSource {
  private volatile Listener listener;
  private volatile String model = "";
  private volatile boolean cancelled;
  private final List<Goal> goals = new ArrayList<>();

  @Override
  public Runnable start(String ofModel, String recipe, boolean everyModule, Listener told) {
    model = ofModel;
    listener = told;
    told.progress(0.25, 90);
    return () -> cancelled = true;
  }

  /** Lets the analysis end. */
  public void finish() {
    listener.finished(analysis(model));
  }

  /** Lets it fail. */
  public void fail(String message) {
    listener.failed(message);
  }

  /** Whether somebody waits for {@link #finish}. */
  public boolean started() {
    return listener != null;
  }

  /** Whether it was asked to end. */
  public boolean cancelled() {
    return cancelled;
  }

  /** What was asked to be solved. */
  public synchronized List<Goal> goals() {
    return List.copyOf(goals);
  }

  @Override
  public synchronized Answer solve(String ofModel, Analysis analysis, Goal goal) {
    goals.add(goal);
    return new Answer("""
        {"version": 1, "name": "Within a budget", "rules": [
          {"match": "unet.**", "weights": {"bits": 4, "granularity": "per_group", "group": 32}},
          {"match": "**", "keep": "bf16"}]}""", 21_300_000, 3.1e-4);
  }

  /** Noisier at the end of a run and in the middle of the network. */
  public static Analysis analysis(String model) {
    List<Double> timesteps = IntStream.range(0, 20).mapToObj(i -> 951.0 - 50 * i).toList();
    Random random = new Random(7);
    List<ModuleScore> scores = FakeModel.modules(model)
        .stream()
        .filter(FakeModules.Module::matrix)
        .filter(module -> module.name().startsWith("unet"))
        .map(module -> {
          double level = 24 + 14 * random.nextDouble()
              - (module.name().contains("mid_block") ? 8 : 0);
          double[] sqnr = IntStream.range(0, 20)
              .mapToDouble(t -> level - 0.35 * t + random.nextDouble())
              .toArray();
          double sensitivity = Math.pow(10, -level / 8);
          return new ModuleScore(module.name(), sqnr, sensitivity, sensitivity * 0.7,
              3 * module.parameters());
        })
        .toList();
    return new Analysis(scores, timesteps);
  }
}

package io.granular.app.fake;

import io.granular.app.jobs.Work;
import io.granular.app.modules.AnalysisSource;
import io.granular.engine.metric.Interval;
import io.granular.engine.run.RunListener;
import io.granular.engine.run.RunProgress;
import io.granular.engine.run.RunProgress.Stage;
import io.granular.engine.studio.Analysis;
import io.granular.engine.studio.Analysis.ModuleScore;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** Invents measurements; each analysis waits to be let go. */
public final class FakeMeasuring implements AnalysisSource {
  private volatile CompletableFuture<Measured> outcome = new CompletableFuture<>();
  private volatile String model = "";
  private volatile Kind kind = Kind.BLOCKS;
  private volatile boolean started;
  private volatile boolean cancelled;

  @Override
  public Work.Begun<Measured> start(String ofModel, String recipe, Path calibration, Kind wanted,
      RunListener told) {
    kind = wanted;
    model = ofModel;
    CompletableFuture<Measured> mine = new CompletableFuture<>();
    outcome = mine;
    told.progress(new RunProgress(Stage.ANALYZING, 6, 24, 30, 90, null));
    started = true;
    return new Work.Begun<>(() -> {
      cancelled = true;
      mine.complete(new Measured.Cancelled());
    }, mine);
  }

  /** Lets the analysis end. */
  public void finish() {
    outcome.complete(new Measured.Finished(kind == Kind.DIVERGENCE
        ? new Analysis(List.of(), List.of(), divergence())
        : analysis(model)));
  }

  /** Lets it fail. */
  public void fail(String message, String remedy, String log) {
    outcome.complete(new Measured.Failed(message, remedy, log));
  }

  /** Whether an analysis has been started. */
  public boolean started() {
    return started;
  }

  /** Whether it was asked to end. */
  public boolean cancelled() {
    return cancelled;
  }

  /** Latents part slowly, then faster. */
  public static List<Interval> divergence() {
    return IntStream.rangeClosed(1, 20)
        .mapToObj(step -> {
          double mean = 0.002 * Math.pow(step, 1.4);
          return new Interval(mean, mean * 0.8, mean * 1.2, 2);
        })
        .toList();
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

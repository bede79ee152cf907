package io.granular.engine.cli;

import io.granular.engine.report.Measures;
import io.granular.engine.run.Bench;
import io.granular.engine.run.SyntheticModel;
import io.granular.engine.run.TorchBench;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code granular bench}. */
@Command(name = "bench", mixinStandardHelpOptions = true, description = {
    "Times one U-Net step per shape and recipe, each in a process of its own.",
    "Speed is against the first recipe of the same shape, by medians."},
    footerHeading = "%nExamples:%n", footer = {
        "  granular bench --shape sd15 --recipe fp32 --recipe w8a8-dynamic --runs 5",
        "  granular bench --layers --shape sd15 --recipe fp32,bf16,w8,w8a8-dynamic",
        "  granular bench --json"})
final class BenchCommand implements Callable<Integer> {
  private final Session session;

  @Spec
  CommandSpec spec = CommandSpec.create();

  @Option(names = "--shape", paramLabel = "S", defaultValue = "demo,sd15", split = ",",
      completionCandidates = Choices.Shapes.class, converter = Choices.Shapes.class,
      description = "demo (the bundled model), sd15 (64x64 latents, batch 2) or sdxl (128x128 "
          + "latents, batch 2), with synthetic weights (default: ${DEFAULT-VALUE}).")
  List<String> shapes = List.of();

  @Option(names = "--recipe", paramLabel = "R", split = ",",
      defaultValue = "fp32,bf16,w8a8-dynamic,"
          + TorchBench.EAGER,
      description = "A recipe, or eager: plain fp32 operators as eager PyTorch runs them "
          + "(default: ${DEFAULT-VALUE}).")
  List<String> recipes = List.of();

  @Option(names = "--runs", paramLabel = "N", defaultValue = "5",
      description = "Timed runs (default: ${DEFAULT-VALUE}).")
  int runs;

  @Option(names = "--warmup", paramLabel = "N", defaultValue = "1",
      description = "Untimed runs first (default: ${DEFAULT-VALUE}).")
  int warmup;

  @Option(names = "--threads", paramLabel = "N", defaultValue = "0", description = Texts.THREADS)
  int threads;

  @Option(names = "--layers",
      description = "Time every kind of layer by itself instead of the step: which kernel is the "
          + "fastest for which shape.")
  boolean layers;

  @Option(names = "--write-model", paramLabel = "DIR",
      description = "Instead of timing, write a folder with made-up fp16 weights of SD 1.5's size "
          + "(2.1 GB), for measuring whole generations.")
  @Nullable
  Path writeModel;

  @Option(names = "--json", description = Texts.JSON)
  boolean json;

  /** What {@code --json} prints. */
  private record Document(List<Row> timings) {}

  /** What {@code --layers --json} prints. */
  private record LayersDocument(
      SequencedMap<String, SequencedMap<String, List<Bench.LayerTiming>>> layers) {}

  private record Row(String shape, String recipe, double median, double speed, List<Double> seconds,
      long weightsBytes, long peakRssBytes, Map<String, Integer> kernels) {}

  BenchCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    check();
    if (writeModel != null) {
      SyntheticModel.writeSd15(writeModel);
      session.console().say("wrote " + writeModel);
      return ExitCodes.OK;
    }
    return layers ? layers() : steps();
  }

  private int layers() {
    SequencedMap<String, SequencedMap<String, List<Bench.LayerTiming>>> all =
        new LinkedHashMap<>();
    StringBuilder text = new StringBuilder();
    for (String shape : shapes) {
      SequencedMap<String, List<Bench.LayerTiming>> timings = new LinkedHashMap<>();
      for (String recipe : recipes) {
        timings.put(recipe, time(shape, recipe).layers());
      }
      all.put(shape, timings);
      text.append(LayerTable.text(shape, timings));
    }
    session.console().result(json, new LayersDocument(all), text.toString());
    return ExitCodes.OK;
  }

  private Bench.Timing time(String shape, String recipe) {
    session.console().say("timing " + shape + " " + recipe + "...");
    return session.engine()
        .time(new Bench.Case(shape, recipe, warmup, runs, threads, layers));
  }

  private int steps() {
    List<Row> rows = new ArrayList<>();
    for (String shape : shapes) {
      double first = Double.NaN;
      for (String recipe : recipes) {
        Bench.Timing timing = time(shape, recipe);
        double median = median(timing.seconds());
        first = Double.isNaN(first) ? median : first;
        rows.add(new Row(shape, recipe, median, first / median, timing.seconds(),
            timing.weights(), timing.peakRss(), timing.kernels()));
      }
    }
    session.console().result(json, new Document(rows), text(rows));
    return ExitCodes.OK;
  }

  private void check() {
    if (runs < 1 || warmup < 0 || threads < 0) {
      throw new ParameterException(spec.commandLine(),
          "--runs is at least 1, --warmup and --threads at least 0.");
    }
    recipes.stream()
        .filter(recipe -> !recipe.equals(TorchBench.EAGER))
        .forEach(recipe -> RecipeOptions.check(spec, session, recipe));
  }

  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  private static String text(List<Row> rows) {
    Table table = new Table().row("shape", "recipe", "median", "speed", "weights", "peak memory");
    rows.forEach(row -> table.row(row.shape(), row.recipe(), Measures.seconds(row.median()),
        Measures.fixed(row.speed(), 2) + "x", Measures.bytes(row.weightsBytes()),
        Measures.bytes(row.peakRssBytes())));
    return table.toString();
  }
}

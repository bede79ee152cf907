package io.granular.engine.cli;

import io.granular.engine.analyze.AnalysisRequest;
import io.granular.engine.analyze.AnalysisResult.Effect;
import io.granular.engine.report.Measures;
import io.granular.engine.studio.AnalysisOutcome;
import io.granular.engine.studio.BudgetAnswer;
import io.granular.engine.studio.BudgetOutcome;
import io.granular.engine.studio.BudgetRequest;
import io.granular.engine.studio.BudgetSolver;
import io.granular.engine.studio.Sensitivities;
import io.granular.engine.studio.local.Scratch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code granular budget}. */
@Command(name = "budget", mixinStandardHelpOptions = true, description = {
    "Chooses a scheme for every module: the least error within so many bytes, or the fewest bytes "
        + "with no more than an error.",
    "Measures how much each unit changes the result under each candidate, unless analyses are "
        + "given. The predicted error is the sum of what was measured one unit at a time, an "
        + "estimate; --verify measures the whole."},
    footerHeading = "%nExamples:%n", footer = {
        "  granular budget demo --bytes 20MB --quick --to recipe.json --verify",
        "  granular budget demo --error 2%% --candidates w8,w4-g32 --keep analyses",
        "  granular budget demo --bytes 18MB --analysis analyses/w8.json \\",
        "      --analysis analyses/w4-g32.json"})
final class BudgetCommand implements Callable<Integer> {
  private final Session session;

  @Spec
  CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "MODEL", description = Texts.MODEL)
  String model = "";

  @Option(names = "--bytes", paramLabel = "SIZE", converter = ByteCount.class,
      description = "All weights and scales of text-to-image, e.g. 12MB.")
  @Nullable
  Long bytes;

  @Option(names = "--error", paramLabel = "E",
      description = "Mean squared error, or with %% that share of the result's mean square.")
  @Nullable
  String error;

  @Option(names = "--candidates", paramLabel = "R", split = ",",
      description = "Recipes to choose from: built in, files, or wB or wB-gN for weights of B bits "
          + "in groups of N (default: bf16,w8,w6,w4-g32,w3-g32).")
  List<String> candidates = List.of();

  @Option(names = "--analysis", paramLabel = "FILE",
      description = "Sensitivities of one candidate, as granular analyze --to or --keep wrote "
          + "them; repeat it. Nothing is measured then.")
  List<Path> analyses = List.of();

  @Option(names = "--keep", paramLabel = "DIR",
      description = "Where to write the analyses that were made.")
  @Nullable
  Path keep;

  @Mixin
  AnalysisOptions options = new AnalysisOptions();

  @Option(names = "--verify", description = "Measure the error of the answer too.")
  boolean verify;

  @Option(names = "--to", paramLabel = "F.json", description = "The recipe to write.")
  @Nullable
  Path to;

  @Option(names = "--json", description = Texts.JSON)
  boolean json;

  /**
   * What {@code --json} prints.
   *
   * @param error what errors are of: {@code latents} or {@code prediction}
   * @param predictedError estimated
   * @param exact whether it is proved that no other choice is better by the estimate
   * @param measured of the whole; null unless verified
   */
  private record Document(String model, long bytes, String error, double predictedError,
      double predictedRelative, boolean exact, @Nullable Effect measured, @Nullable Path recipe,
      String recipeJson, Map<String, Long> units, List<BudgetAnswer.Pick> picks) {}

  BudgetCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    check();
    try (Scratch scratch = Scratch.open(session.folders().scratch())) {
      Sensitivities measured = analyses.isEmpty() ? measure() : read();
      BudgetSolver solver = session.engine().budget(measured);
      BudgetAnswer answer = bytes != null ? solver.within(bytes)
          : solver.atMost(limit(measured.signal()));
      return finished(answer, measured, scratch.folder());
    }
  }

  private void check() {
    options.check(spec);
    if ((bytes == null) == (error == null)) {
      throw new ParameterException(spec.commandLine(),
          "Give either --bytes or --error: the other one is what is to be small.");
    }
    if (error != null && !error.matches("[0-9.eE+-]+%?")) {
      throw new ParameterException(spec.commandLine(),
          "--error is '" + error + "'; write a number, or a share such as 2%.");
    }
    if (!analyses.isEmpty() && !candidates.isEmpty()) {
      throw new ParameterException(spec.commandLine(),
          "--analysis says what the candidates are; leave out --candidates.");
    }
  }

  private double limit(double signal) {
    String text = String.valueOf(error);
    return text.endsWith("%")
        ? Double.parseDouble(text.substring(0, text.length() - 1)) / 100 * signal
        : Double.parseDouble(text);
  }

  private Sensitivities read() {
    List<AnalysisFile> files = analyses.stream().map(AnalysisFile::read).toList();
    AnalysisFile first = files.getFirst();
    files.forEach(other -> {
      if (!other.error().equals(first.error())) {
        throw new IllegalArgumentException("Some analyses are of " + first.error()
            + " and some of " + other.error() + "; their errors cannot be compared.");
      }
    });
    return new Sensitivities(model, absolute(options.config), absolute(options.calibration),
        first.error(), first.signal(), files.stream().map(AnalysisFile::measured).toList());
  }

  private Sensitivities measure() {
    BudgetRequest request =
        new BudgetRequest(candidates, options.request(model, "", Set.of(), List.of()));
    return switch (session.await(request)) {
      case BudgetOutcome.Finished(var sensitivities, var results) -> {
        for (int i = 0; keep != null && i < results.size(); i++) {
          String name = SideNames.fileName(sensitivities.candidates().get(i).name());
          TextFile.write(folder(keep).resolve(name + ".json"), Json.text(results.get(i)) + "\n");
        }
        yield sensitivities;
      }
      case BudgetOutcome.Cancelled() -> throw new CancelledException();
      case BudgetOutcome.Failed(var message, var remedy, var log) ->
        throw new IllegalArgumentException(
            Failure.text("measuring", message, remedy, log));
    };
  }

  private static @Nullable Path absolute(@Nullable Path path) {
    return path == null ? null : path.toAbsolutePath();
  }

  private Effect verified(Path recipe) {
    AnalysisRequest request =
        options.request(model, recipe.toString(), Set.of(), List.of());
    return switch (session.await(request)) {
      case AnalysisOutcome.Finished(var result) -> result.total();
      case AnalysisOutcome.Cancelled() -> throw new CancelledException();
      case AnalysisOutcome.Failed(var message, var remedy, var log) ->
        throw new IllegalArgumentException(
            Failure.text("measuring", message, remedy, log));
    };
  }

  private int finished(BudgetAnswer answer, Sensitivities measured, Path scratch) {
    Path file = to == null ? scratch.resolve("budget.json") : to.toAbsolutePath();
    TextFile.write(file, answer.recipe());
    Effect whole = verify ? verified(file) : null;
    Map<String, Long> units = answer.picks()
        .stream()
        .collect(Collectors.groupingBy(BudgetAnswer.Pick::candidate, TreeMap::new,
            Collectors.counting()));
    Document document = new Document(model, answer.bytes(), measured.error(), answer.error(),
        answer.error() / measured.signal(), answer.exact(), whole, to == null ? null : file,
        answer.recipe(), units, answer.picks());
    session.console().result(json, document, text(document, measured.signal()));
    return ExitCodes.OK;
  }

  private static String text(Document answer, double signal) {
    Table picks = new Table().row("unit", "candidate", "bytes", "error alone");
    answer.picks.forEach(pick -> picks.row(pick.unit(), pick.candidate(),
        Measures.bytes(pick.bytes()), "%.3g".formatted(pick.error())));
    Table totals = new Table().row("bytes", Measures.bytes(answer.bytes) + " as planned")
        .row("error", "%.3g, %.3g of the result's mean square (estimated from one unit at a time)"
            .formatted(answer.predictedError, answer.predictedRelative));
    Effect measured = answer.measured;
    if (measured != null) {
      totals.row("", "%.3g, %.3g of it (measured)".formatted(measured.error().mean(),
          measured.error().mean() / signal));
    }
    totals.row("units", answer.units.toString())
        .row("solved", answer.exact ? "no other choice is better by the estimate" : "nearly")
        .row("recipe", answer.recipe == null ? "not written; see --to" : answer.recipe.toString());
    return picks + "\n" + totals;
  }

  private static Path folder(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(
          folder + " cannot be created: " + e + ". Name a folder that can be written to.", e);
    }
  }
}

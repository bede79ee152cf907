package io.granular.engine.cli;

import io.granular.engine.analyze.AnalysisRequest;
import io.granular.engine.analyze.AnalysisResult;
import io.granular.engine.analyze.Measure;
import io.granular.engine.studio.AnalysisOutcome;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code granular analyze}. */
@Command(name = "analyze", mixinStandardHelpOptions = true, description = {
    "Measures which modules of a recipe change the picture, against full precision (fp32).",
    "Errors are mean squared errors of the final latents, with 95 %% confidence intervals over "
        + "prompts and seeds. What was measured before in the same way is not measured again, so that "
        + "an analysis that was ended goes on where it was."},
    footerHeading = "%nExamples:%n", footer = {
        "  granular analyze demo --recipe w8a8-dynamic --what sqnr,sensitivity,blame",
        "  granular analyze my-model --recipe my-recipe.json --by module --quick --to scores.json"})
final class AnalyzeCommand implements Callable<Integer> {
  private final Session session;

  @Spec
  CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "MODEL", description = Texts.MODEL)
  String model = "";

  @Mixin
  RecipeOptions recipe = new RecipeOptions();

  @Option(names = "--what", paramLabel = "M", split = ",",
      defaultValue = "sqnr,sensitivity,divergence,noise-floor",
      completionCandidates = Choices.Measures.class, converter = Choices.Measures.class,
      description = "What to measure: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  List<String> what = List.of();

  @Option(names = "--module", paramLabel = "NAME",
      description = "A module to measure; repeat it. Without, all that the recipe quantizes.")
  List<String> modules = List.of();

  @Mixin
  AnalysisOptions options = new AnalysisOptions();

  @Option(names = "--to", paramLabel = "FILE", description = "Also write the JSON to a file.")
  @Nullable
  Path to;

  @Option(names = "--json", description = Texts.JSON)
  boolean json;

  AnalyzeCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    options.check(spec);
    String chosen = recipe.chosen(spec, session, model, options.config);
    Set<Measure> measures =
        what.stream().map(Choices.Measures::of).collect(Collectors.toUnmodifiableSet());
    AnalysisRequest request = options.request(model, chosen, measures, modules);
    return switch (session.await(request)) {
      case AnalysisOutcome.Finished(var result) -> finished(result);
      case AnalysisOutcome.Cancelled() -> throw new CancelledException();
      case AnalysisOutcome.Failed(var message, var remedy, var log) -> {
        session.console()
            .say(Failure.text("granular analyze", message, remedy, log));
        yield ExitCodes.FAILED;
      }
    };
  }

  private int finished(AnalysisResult result) {
    if (to != null) {
      TextFile.write(to, Json.text(result) + "\n");
    }
    session.console().result(json, result, AnalysisText.of(result));
    return ExitCodes.OK;
  }
}

package io.granular.engine.cli;

import io.granular.engine.calibrate.Prompts;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code granular quality}. */
@Command(name = "quality", mixinStandardHelpOptions = true, description = {
    "Measures how far recipes are from the first one, over several prompts and seeds.",
    "Prints means with 95 %% confidence intervals, and for the third side on how the squared error "
        + "of its latents compares with the second side's, picture by picture."},
    footerHeading = "%nExamples:%n", footer = {
        "  granular quality demo --side fp32 --side w8 --seeds 1,2 --out result",
        "  granular quality demo --side fp32 --side w4.json --side w4-gptq.json \\",
        "      --prompts prompts.txt --seeds 1,2 --out result --json"})
final class QualityCommand implements Callable<Integer> {
  private final Session session;

  @Spec
  CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "MODEL", description = Texts.MODEL)
  String model = "";

  @Option(names = "--side", paramLabel = "R", required = true, arity = "1",
      completionCandidates = Choices.Recipes.class,
      description = SideSource.MEANING + " A recipe is a file or one of ${COMPLETION-CANDIDATES}. "
          + "Repeat it; the first side is the reference, the second the base.")
  List<String> sides = List.of();

  @Option(names = "--prompts", paramLabel = "FILE",
      description = "Prompts, one per line, instead of --prompt.")
  @Nullable
  Path prompts;

  @Option(names = "--seeds", paramLabel = "N,...", split = ",",
      description = "Seeds of each prompt, instead of --seed.")
  List<Long> seeds = List.of();

  @Mixin
  GenerationOptions options = new GenerationOptions();

  @Option(names = "--out", paramLabel = "DIR", required = true,
      description = "Folder for the pictures.")
  Path out = Path.of("");

  @Option(names = "--json", description = Texts.JSON)
  boolean json;

  QualityCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    options.check(spec);
    if (sides.size() < 2) {
      throw new ParameterException(spec.commandLine(),
          "--side: give the reference and at least one side to compare with it.");
    }
    sides.forEach(
        side -> RecipeOptions.check(spec, session, SideSource.of(model, side).recipe()));
    List<String> texts = prompts != null
        ? Prompts.read(prompts)
        : List.of(options.promptFor(session, model));
    List<Long> draws = seeds.isEmpty() ? List.of(options.seed) : seeds;
    Quality quality =
        new QualityRuns(session, options, model, out.toAbsolutePath().normalize(), texts, draws)
            .run(sides);
    session.console().result(json, quality, quality.text());
    return ExitCodes.OK;
  }
}

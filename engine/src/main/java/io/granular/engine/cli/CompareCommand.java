package io.granular.engine.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code granular compare}. */
@Command(name = "compare", mixinStandardHelpOptions = true, description = {
    "Generates the same picture with several recipes and compares them.",
    "Each side runs in a process of its own, one after the other; differences are against the "
        + "first. Writes the pictures, report.html, report.json and metrics.csv."},
    footerHeading = "%nExamples:%n", footer = {
        "  granular compare demo --side fp32 --side w8a8-dynamic --out result",
        "  granular compare demo --side fp32 --side bf16 --side my-recipe.json \\",
        "      --prompt \"red heart\" --seed 7 --out result --json", "",
        "The JSON's psnr is null for identical pictures, and identical is then true. A side that",
        "fails has an error, the others keep their results, and the exit code is 1."})
final class CompareCommand implements Callable<Integer> {
  private final Session session;

  @Spec
  CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "MODEL", description = Texts.MODEL)
  String model = "";

  @Option(names = "--side", paramLabel = "R", required = true, arity = "1",
      completionCandidates = Choices.Recipes.class,
      description = SideSource.MEANING + " A recipe is a file or one of ${COMPLETION-CANDIDATES}. "
          + "Repeat it; the first side is the reference.")
  List<String> sides = List.of();

  @Option(names = "--simulate", description = Texts.SIMULATE)
  boolean simulate;

  @Mixin
  GenerationOptions options = new GenerationOptions();

  @Option(names = "--out", paramLabel = "DIR", required = true,
      description = "Folder for pictures and reports.")
  Path out = Path.of("");

  @Option(names = "--json", description = Texts.JSON)
  boolean json;

  CompareCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    options.check(spec);
    sides.forEach(
        side -> RecipeOptions.check(spec, session, SideSource.of(model, side).recipe()));
    return new Comparison(session, sides, simulate, out).run(options, model)
        .print(session.console(), json);
  }
}

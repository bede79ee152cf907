package io.granular.engine.cli;

import io.granular.engine.report.Measures;
import io.granular.engine.studio.TrainingOutcome;
import io.granular.engine.train.Learning;
import io.granular.engine.train.Length;
import io.granular.engine.train.Objective;
import io.granular.engine.train.Sampling;
import io.granular.engine.train.Trained;
import io.granular.engine.train.TrainingRequest;
import io.granular.engine.train.TrainingResult;
import java.nio.file.Files;
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

/** {@code granular train}. */
@Command(name = "train", mixinStandardHelpOptions = true, description = {
    "Trains the U-Net for a recipe, so that it comes out better once it is quantized.",
    "Needs no data: the full-precision model teaches itself, along its own trajectories. The result "
        + "is an ordinary diffusers folder with the recipe beside it; quantized by that recipe it has "
        + "the integers that were trained. Ctrl-C keeps the best so far."},
    footerHeading = "%nExamples:%n", footer = {
        "  granular train demo --recipe w3-g32 --minutes 15 --to trained",
        "  granular generate trained --recipe trained/recipe.json --prompt 'red heart' --out a.png"})
final class TrainCommand implements Callable<Integer> {
  private static final double USUAL_MINUTES = 10;
  private static final int LARGEST_BATCH = 64;

  private final Session session;

  @Spec
  CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "MODEL",
      description = "A diffusers folder, or demo (the bundled model).")
  String model = "";

  @Option(names = "--recipe", paramLabel = "R", required = true,
      completionCandidates = Choices.Recipes.class,
      description = "A recipe file or a built-in recipe with integer weights: "
          + "${COMPLETION-CANDIDATES}. Modules with the method qat are trained; all that become "
          + "integers if it has none.")
  String recipe = "";

  @Option(names = "--to", paramLabel = "DIR", required = true,
      description = "New folder for the trained model.")
  Path to = Path.of("");

  @Option(names = "--minutes", paramLabel = "N", description = "How long (default: 10).")
  @Nullable
  Double minutes;

  @Option(names = "--steps", paramLabel = "N",
      description = "How many steps, instead of --minutes.")
  @Nullable
  Integer steps;

  @Option(names = "--lr", paramLabel = "X", defaultValue = "1e-4",
      description = "Highest learning rate (default: ${DEFAULT-VALUE}).")
  double rate;

  @Option(names = "--batch", paramLabel = "N", defaultValue = "2",
      description = "Sampler evaluations in one step; with guidance each is two samples (default: "
          + "${DEFAULT-VALUE}).")
  int batch;

  @Option(names = "--modules", paramLabel = "PATTERN", arity = "1..*",
      description = "Train only modules that match one of these patterns of recipes, e.g. "
          + "'unet.**.attn1.**'; the others are quantized as they are.")
  List<String> modules = List.of();

  @Option(names = "--min-snr", paramLabel = "GAMMA",
      description = "Weigh timesteps by min-SNR, usually with 5; without, all weigh the same.")
  @Nullable
  Double minSnr;

  @Option(names = "--prompts", paramLabel = "FILE",
      description = "Prompts to learn on, one per line; each eighth is held out. Without, those that "
          + "come with the model and with Granular.")
  @Nullable
  Path prompts;

  @Option(names = "--seed", paramLabel = "N", defaultValue = "0",
      description = "Seed of what is drawn (default: ${DEFAULT-VALUE}).")
  long seed;

  @Option(names = "--sampler-steps", paramLabel = "N",
      description = "Steps of the trajectories to learn from.")
  @Nullable
  Integer samplerSteps;

  @Option(names = "--guidance", paramLabel = "X",
      description = "Classifier-free guidance of the trajectories; 1 or less is none.")
  @Nullable
  Double guidance;

  @Option(names = "--size", paramLabel = "WxH", converter = Size.Converter.class,
      description = "Size of the pictures in pixels, multiples of 8.")
  @Nullable
  Size size;

  @Option(names = "--threads", paramLabel = "N", defaultValue = "0", description = Texts.THREADS)
  int threads;

  @Option(names = "--json", description = Texts.JSON)
  boolean json;

  TrainCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    check();
    RecipeOptions.check(spec, session, recipe);
    String chosen = Files.isRegularFile(Path.of(recipe))
        ? Path.of(recipe).toAbsolutePath().toString()
        : recipe;
    Double planned = minutes == null && steps == null ? Double.valueOf(USUAL_MINUTES) : minutes;
    TrainingRequest request = TrainingRequest
        .usual(model, chosen, to.toAbsolutePath(), new Length(planned, steps))
        .withLearning(new Learning(rate, null, batch, 1, minSnr))
        .withObjective(new Objective.Distillation(
            prompts == null ? null : prompts.toAbsolutePath(), List.of(), 0))
        .withTrained(new Trained(new Trained.What.Weights(false), modules, false))
        .withSampling(new Sampling(samplerSteps, guidance, size == null ? null : size.width(),
            size == null ? null : size.height()))
        .withSeed(seed)
        .withThreads(threads);
    return switch (session.await(request)) {
      case TrainingOutcome.Finished(var result) -> {
        session.console().result(json, result, text(result));
        yield ExitCodes.OK;
      }
      case TrainingOutcome.Cancelled() -> throw new CancelledException();
      case TrainingOutcome.Failed(var message, var remedy, var log) -> {
        session.console()
            .say(Failure.text("granular train", message, remedy, log));
        yield ExitCodes.FAILED;
      }
    };
  }

  private void check() {
    if (minutes != null && steps != null) {
      throw new ParameterException(spec.commandLine(),
          "--minutes and --steps both say how long; give one of them.");
    }
    if ((minutes != null && !(minutes > 0)) || (steps != null && steps < 1) || !(rate > 0)
        || (minSnr != null && !(minSnr > 0)) || threads < 0) {
      throw new ParameterException(spec.commandLine(), "--minutes, --steps, --lr and --min-snr are "
          + "more than 0, --threads is not less.");
    }
    if (batch < 1 || batch > LARGEST_BATCH) {
      throw new ParameterException(spec.commandLine(),
          "--batch goes from 1 to " + LARGEST_BATCH + ".");
    }
    if (prompts != null && !Files.isRegularFile(prompts)) {
      throw new ParameterException(spec.commandLine(),
          "--prompts: there is no file " + prompts + ".");
    }
  }

  private static String text(TrainingResult result) {
    return new Table().row("folder", result.folder().toString())
        .row("recipe", result.recipe().toString())
        .row("trained", "%d modules, %,d parameters".formatted(result.modules(),
            result.parameters()))
        .row("steps", result.steps() + (result.stopped() ? " (ended early)" : ""))
        .row("time", Measures.seconds(result.seconds()) + " (measured)")
        .row("held-out loss", "%.6f before, %.6f after step %d (measured)".formatted(
            result.before(), result.best(), result.bestStep()))
        .toString();
  }
}

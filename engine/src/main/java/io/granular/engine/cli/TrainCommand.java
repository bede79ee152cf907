package io.granular.engine.cli;

import io.granular.engine.studio.EngineException;
import io.granular.engine.studio.TrainingOutcome;
import io.granular.engine.train.Length;
import io.granular.engine.train.Preview;
import io.granular.engine.train.TrainingEstimate;
import io.granular.engine.train.TrainingRequest;
import io.granular.engine.train.UnfinishedTraining;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code granular train}. */
@Command(name = "train", mixinStandardHelpOptions = true, description = {
    "Trains the U-Net for a recipe, so that it comes out better once it is quantized.",
    "Needs no data: the full-precision model teaches itself, along its own trajectories. The result "
        + "is an ordinary diffusers folder with the recipe beside it; quantized by that recipe it has "
        + "the integers that were trained. Ctrl-C keeps the best so far.",
    "Meanwhile DIR.unfinished holds the last checkpoint; when training was interrupted, --resume "
        + "goes on from there."},
    footerHeading = "%nExamples:%n", footer = {
        "  granular train demo --recipe w3-g32 --minutes 15 --to trained",
        "  granular generate trained --recipe trained/recipe.json --prompt 'red heart' --out a.png",
        "  granular train --resume trained"})
final class TrainCommand implements Callable<Integer> {
  private static final double USUAL_MINUTES = 10;

  private final Session session;

  @Spec
  CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "MODEL", arity = "0..1",
      description = "A diffusers folder, or demo (the bundled model).")
  @Nullable
  String model;

  @Option(names = "--recipe", paramLabel = "R", completionCandidates = Choices.Recipes.class,
      description = "A recipe file or a built-in recipe with integer weights: "
          + "${COMPLETION-CANDIDATES}. Modules with the method qat are trained; all that become "
          + "integers if it has none.")
  @Nullable
  String recipe;

  @Option(names = "--to", paramLabel = "DIR", description = "New folder for the trained model.")
  @Nullable
  Path to;

  @Option(names = "--resume", paramLabel = "DIR",
      description = "Go on with an interrupted training of this folder, instead of all other options.")
  @Nullable
  Path resume;

  @Option(names = "--unfinished", description = "List interrupted trainings.")
  boolean unfinished;

  @Option(names = "--estimate",
      description = "Say what it would take in time and memory, and train nothing.")
  boolean estimateOnly;

  @Option(names = "--minutes", paramLabel = "N", description = "How long (default: 10).")
  @Nullable
  Double minutes;

  @Option(names = "--steps", paramLabel = "N",
      description = "How many steps, instead of --minutes.")
  @Nullable
  Integer steps;

  @Mixin
  StudentOptions student = new StudentOptions();

  @Mixin
  LessonOptions lessons = new LessonOptions();

  @Option(names = "--preview", paramLabel = "PROMPT",
      description = "Draw this now and then, by the student and by the full-precision model.")
  @Nullable
  String preview;

  @Option(names = "--preview-seed", paramLabel = "N", defaultValue = "0",
      description = "Seed of the preview's noise (default: ${DEFAULT-VALUE}).")
  long previewSeed;

  @Option(names = "--preview-minutes", paramLabel = "N", defaultValue = "1",
      description = "Minutes between previews at least (default: ${DEFAULT-VALUE}).")
  double previewMinutes;

  @Option(names = "--checkpoint-minutes", paramLabel = "N", defaultValue = "5",
      description = "Minutes between checkpoints; 0 for none (default: ${DEFAULT-VALUE}).")
  double checkpointMinutes;

  @Option(names = "--seed", paramLabel = "N", defaultValue = "0",
      description = "Seed of what is drawn (default: ${DEFAULT-VALUE}).")
  long seed;

  @Option(names = "--threads", paramLabel = "N", defaultValue = "0", description = Texts.THREADS)
  int threads;

  @Option(names = "--json", description = Texts.JSON)
  boolean json;

  TrainCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (unfinished) {
      alone("--unfinished");
      List<UnfinishedTraining> all = session.engine().unfinishedTrainings();
      session.console().result(json, all, TrainingText.of(all));
      return ExitCodes.OK;
    }
    if (resume != null) {
      alone("--resume");
      return finish(session.resume(resume));
    }
    TrainingRequest request = request();
    TrainingEstimate estimate;
    try {
      estimate = session.engine().estimateTraining(request);
    } catch (EngineException e) {
      session.console().say(Failure.text("granular train", String.valueOf(e.getMessage()), "", ""));
      return ExitCodes.FAILED;
    }
    if (estimateOnly) {
      session.console().result(json, estimate, TrainingText.of(estimate));
      return ExitCodes.OK;
    }
    session.console().say(TrainingText.line(estimate));
    estimate.notes().forEach(note -> session.console().say("note: " + note));
    return finish(session.await(request));
  }

  private int finish(TrainingOutcome outcome) {
    return switch (outcome) {
      case TrainingOutcome.Finished(var result) -> {
        session.console().result(json, result, TrainingText.of(result));
        yield ExitCodes.OK;
      }
      case TrainingOutcome.Cancelled() -> throw new CancelledException();
      case TrainingOutcome.Failed(var message, var remedy, var log) -> {
        session.console().say(Failure.text("granular train", message, remedy, log));
        yield ExitCodes.FAILED;
      }
    };
  }

  private TrainingRequest request() {
    String source = needed("MODEL", model);
    String wanted = needed("--recipe", recipe);
    Path target = needed("--to", to);
    if (minutes != null && steps != null) {
      throw wrong("--minutes and --steps both say how long; give one of them.");
    }
    if ((minutes != null && !(minutes > 0)) || (steps != null && steps < 1) || threads < 0
        || !(previewMinutes >= 0) || !(checkpointMinutes >= 0)) {
      throw wrong("--minutes and --steps are more than 0; --threads, --preview-minutes and "
          + "--checkpoint-minutes are not less.");
    }
    RecipeOptions.check(spec, session, wanted);
    String chosen = Files.isRegularFile(Path.of(wanted))
        ? Path.of(wanted).toAbsolutePath().toString()
        : wanted;
    Double planned = minutes == null && steps == null ? Double.valueOf(USUAL_MINUTES) : minutes;
    return TrainingRequest
        .usual(source, chosen, target.toAbsolutePath(), new Length(planned, steps))
        .withLearning(student.learning(spec))
        .withTrained(student.trained(spec))
        .withEconomy(student.economy())
        .withObjective(lessons.objective(spec))
        .withSampling(lessons.sampling())
        .withPreview(
            preview == null ? null : new Preview(preview, previewSeed, previewMinutes))
        .withCheckpoints(checkpointMinutes)
        .withSeed(seed)
        .withThreads(threads);
  }

  private <T> T needed(String name, @Nullable T value) {
    if (value == null) {
      throw wrong("Missing required "
          + (name.startsWith("-") ? "option " : "parameter ") + name + ".");
    }
    return value;
  }

  private void alone(String name) {
    boolean others = spec.commandLine()
        .getParseResult()
        .matchedArgs()
        .stream()
        .anyMatch(arg -> !(arg.isOption() && List.of(name, "--json")
            .contains(((OptionSpec) arg).longestName())));
    if (others) {
      throw wrong(name + " stands alone: what it is about was said when the training began.");
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}

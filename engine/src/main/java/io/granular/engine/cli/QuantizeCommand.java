package io.granular.engine.cli;

import io.granular.engine.report.Measures;
import io.granular.engine.save.Fit;
import io.granular.engine.save.OnnxForm;
import io.granular.engine.save.SaveFormat;
import io.granular.engine.save.SaveOptions;
import io.granular.engine.save.SaveRequest;
import io.granular.engine.save.SaveResult;
import io.granular.engine.studio.SaveOutcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code granular quantize}. */
@Command(name = "quantize", mixinStandardHelpOptions = true, description = {
    "Quantizes a model by a recipe and saves it.",
    "What was saved is opened again, a picture is generated from it and from the model as it was, "
        + "and the difference is reported. Nothing appears under the name asked for until then."},
    footerHeading = "%nExamples:%n", footer = {
        "  granular quantize demo --recipe w8 --to demo-w8 --format safetensors",
        "  granular quantize demo --recipe gguf-q8_0 --to demo.gguf --format gguf",
        "  granular generate demo-w8 --prompt 'red heart' --out a.png"})
final class QuantizeCommand implements Callable<Integer> {
  private final Session session;

  @Spec
  CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "MODEL", description = Texts.MODEL)
  String model = "";

  @Option(names = "--recipe", paramLabel = "R", completionCandidates = Choices.Recipes.class,
      description = "A recipe file or a built-in recipe: ${COMPLETION-CANDIDATES}; or 'stored' for "
          + "the one that the model was saved with, which is used if none is named.")
  @Nullable
  String recipe;

  @Option(names = "--to", paramLabel = "PATH", required = true,
      description = "The folder or file to make.")
  Path to = Path.of("");

  @Option(names = "--format", paramLabel = "F", defaultValue = "safetensors",
      completionCandidates = Choices.SaveFormats.class, converter = Choices.SaveFormats.class,
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  String format = "";

  @Option(names = "--gguf-layout", paramLabel = "L", defaultValue = "FULL",
      description = "What a GGUF file holds: full, the whole model, or unet, the U-Net alone as "
          + "ComfyUI-GGUF has it (default: full).")
  SaveOptions.GgufLayout layout = SaveOptions.GgufLayout.FULL;

  @Option(names = "--keep-convolutions",
      description = "Keep convolutions of a GGUF file in fp16, which stable-diffusion.cpp needs.")
  boolean keepConvolutions;

  @Option(names = "--overwrite", description = "Replace what is at PATH.")
  boolean overwrite;

  @Option(names = "--dry-run",
      description = "Only say what the format can hold of the recipe and how large it would be.")
  boolean dryRun;

  @Option(names = "--config", paramLabel = "DIR", description = Texts.CONFIG)
  @Nullable
  Path config;

  @Option(names = "--calibration", paramLabel = "FILE", description = Texts.CALIBRATION)
  @Nullable
  Path calibration;

  @Option(names = "--tensorrt-cache",
      description = "With --format onnx: write layers with quantized inputs in floats, and a "
          + "calibration cache for TensorRT's implicit quantization beside each model.")
  boolean tensorRtCache;

  @Option(names = "--check-seed", paramLabel = "N", defaultValue = "0",
      description = "Seed of the picture that is compared (default: ${DEFAULT-VALUE}).")
  long checkSeed;

  @Option(names = "--check-steps", paramLabel = "N", defaultValue = "2",
      description = "Its sampler steps (default: ${DEFAULT-VALUE}).")
  int checkSteps;

  @Option(names = "--threads", paramLabel = "N", defaultValue = "0", description = Texts.THREADS)
  int threads;

  @Option(names = "--json", description = Texts.JSON)
  boolean json;

  QuantizeCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    SaveRequest request = request();
    if (dryRun) {
      return dryRun(request);
    }
    return switch (session.await(request)) {
      case SaveOutcome.Finished(var result) -> {
        session.console().result(json, result, text(result));
        yield ExitCodes.OK;
      }
      case SaveOutcome.Cancelled() -> throw new CancelledException();
      case SaveOutcome.Failed(var message, var remedy, var log) -> {
        session.console().say(Failure.text("granular quantize", message, remedy, log));
        yield ExitCodes.FAILED;
      }
    };
  }

  private SaveRequest request() {
    SaveFormat wanted = SaveFormat.of(format).orElseThrow();
    if (checkSteps < 1 || threads < 0) {
      throw new ParameterException(spec.commandLine(),
          "--check-steps is at least 1, --threads is not less than 0.");
    }
    if (tensorRtCache && wanted != SaveFormat.ONNX) {
      throw new ParameterException(spec.commandLine(),
          "--tensorrt-cache belongs to --format onnx.");
    }
    if (wanted != SaveFormat.GGUF
        && (keepConvolutions || layout != SaveOptions.GgufLayout.FULL)) {
      throw new ParameterException(spec.commandLine(),
          "--gguf-layout and --keep-convolutions are for --format gguf.");
    }
    if (!to.toString().endsWith(wanted.extension())) {
      throw new ParameterException(spec.commandLine(), "--to is " + to + "; give a name that ends "
          + "with " + wanted.extension() + ".");
    }
    String chosen =
        recipe != null ? recipe : session.engine().library().usualRecipe(model, config);
    RecipeOptions.check(spec, session, chosen);
    String path = Files.isRegularFile(Path.of(chosen))
        ? Path.of(chosen).toAbsolutePath().toString()
        : chosen;
    return new SaveRequest(model, config == null ? null : config.toAbsolutePath(), path,
        to.toAbsolutePath(), wanted,
        new SaveOptions(layout, keepConvolutions, tensorRtCache ? OnnxForm.CACHE : OnnxForm.QDQ,
            checkSeed, checkSteps),
        overwrite, calibration == null ? null : calibration.toAbsolutePath(), threads);
  }

  private int dryRun(SaveRequest request) {
    Fit fit = session.engine().fit(request);
    Table table = new Table().row("size", Measures.bytes(fit.bytes()) + " (estimated)");
    fit.notes().forEach(note -> table.row("note", note));
    fit.refusals().forEach(refusal -> table.row("refused", refusal.text()));
    session.console().result(json, fit, table.toString());
    return fit.refusals().isEmpty() ? ExitCodes.OK : ExitCodes.FAILED;
  }

  private static String text(SaveResult result) {
    SaveResult.Check check = result.check();
    Table table = new Table().row("saved", result.path().toString())
        .row("format", result.format().id())
        .row("recipe", result.recipe())
        .row("size", "%s in %d files (measured; estimated %s)".formatted(
            Measures.bytes(result.bytes()), result.files().size(),
            Measures.bytes(result.estimatedBytes())))
        .row("time", Measures.seconds(result.seconds()) + " (measured), and "
            + Measures.seconds(check.seconds()) + " for the check")
        .row("extra memory", Measures.bytes(result.peakBytes()) + " (measured)")
        .row("check", "%s (%d steps, %dx%d, seed %d)".formatted(check.text(), check.steps(),
            check.width(), check.height(), check.seed()));
    result.notes().forEach(note -> table.row("note", note));
    return table.toString();
  }
}

package io.granular.engine.cli;

import io.granular.engine.calibrate.Calibration;
import io.granular.engine.calibrate.CalibrationFile;
import io.granular.engine.report.Measures;
import io.granular.engine.run.CalibrationRequest;
import io.granular.engine.run.CalibrationResult;
import io.granular.engine.studio.CalibrationOutcome;
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

/** {@code granular calibrate}. */
@Command(name = "calibrate", mixinStandardHelpOptions = true, description = {
    "Finds the ranges that static activation schemes need.",
    "Observes every layer's input while the full-precision model denoises; what was made before "
        + "from the same model and settings is not made again. All observers are computed in one "
        + "go: --observer only chooses what is printed."},
    footerHeading = "%nExamples:%n", footer = {
        "  granular calibrate demo --observer percentile",
        "  granular calibrate my-model --prompts prompts.txt --samples 256 --to ranges.json",
        "  granular generate my-model --recipe my-static.json --calibration ranges.json \\",
        "      --out cat.png"})
final class CalibrateCommand implements Callable<Integer> {
  private static final int MOST_SAMPLES = 100_000;

  private final Session session;

  @Spec
  CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "MODEL", description = Texts.MODEL)
  String model = "";

  @Option(names = "--prompts", paramLabel = "F",
      description = "Text file with one prompt per line, instead of the built-in ones.")
  @Nullable
  Path prompts;

  @Option(names = "--images", paramLabel = "DIR",
      description = "Folder of pictures to make noisy instead of denoising prompts; captions are "
          + "in .txt files of the same names.")
  @Nullable
  Path images;

  @Option(names = "--samples", paramLabel = "N", defaultValue = "128",
      description = "Evaluations of the U-Net to observe, each of one prompt or picture at one "
          + "timestep (default: ${DEFAULT-VALUE}).")
  int samples;

  @Option(names = "--seed", paramLabel = "N", defaultValue = "0",
      description = "Seed of the first prompt's noise (default: ${DEFAULT-VALUE}).")
  long seed;

  @Option(names = "--guidance", paramLabel = "X",
      description = "Classifier-free guidance; 1 or less is none.")
  @Nullable
  Double guidance;

  @Option(names = "--size", paramLabel = "WxH", converter = Size.Converter.class,
      description = "Size of the pictures in pixels, multiples of 8.")
  @Nullable
  Size size;

  @Option(names = "--observer", paramLabel = "NAME", defaultValue = "histogram",
      completionCandidates = Choices.Observers.class, converter = Choices.Observers.class,
      description = "Whose ranges to print: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  String observer = "";

  @Option(names = "--exclude-start-token",
      description = "Observe cross-attention's keys and values without the start-of-text token.")
  boolean excludeStartToken;

  @Option(names = "--to", paramLabel = "FILE", description = "Where to write the calibration too.")
  @Nullable
  Path to;

  @Option(names = "--config", paramLabel = "DIR", description = Texts.CONFIG)
  @Nullable
  Path config;

  @Option(names = "--threads", paramLabel = "N", defaultValue = "0", description = Texts.THREADS)
  int threads;

  @Option(names = "--json", description = Texts.JSON)
  boolean json;

  CalibrateCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    check();
    CalibrationRequest request = new CalibrationRequest(model,
        config == null ? null : config.toAbsolutePath(),
        prompts == null ? null : prompts.toAbsolutePath(),
        images == null ? null : images.toAbsolutePath(), samples, seed, excludeStartToken,
        guidance, size == null ? null : size.width(), size == null ? null : size.height(),
        threads);
    return switch (session.await(request)) {
      case CalibrationOutcome.Finished(var result) -> finished(result);
      case CalibrationOutcome.Cancelled() -> throw new CancelledException();
      case CalibrationOutcome.Failed(var message, var remedy, var log) -> {
        session.console()
            .say(Failure.text("granular calibrate",
                message, remedy, log));
        yield ExitCodes.FAILED;
      }
    };
  }

  private void check() {
    if (prompts != null && images != null) {
      throw new ParameterException(spec.commandLine(),
          "--prompts and --images both say what to calibrate on; give one of them.");
    }
    if (prompts != null && !Files.isRegularFile(prompts)) {
      throw new ParameterException(spec.commandLine(), "--prompts: there is no file " + prompts
          + ".");
    }
    if (images != null && !Files.isDirectory(images)) {
      throw new ParameterException(spec.commandLine(), "--images: there is no folder " + images
          + ".");
    }
    if (samples < 1 || samples > MOST_SAMPLES || threads < 0) {
      throw new ParameterException(spec.commandLine(),
          "--samples goes from 1 to " + MOST_SAMPLES + ", --threads from 0.");
    }
  }

  private int finished(CalibrationResult result) {
    Calibration calibration = session.engine().library().calibration(result.file());
    Path file = result.file();
    if (to != null) {
      CalibrationFile.write(to, calibration);
      file = to.toAbsolutePath();
    }
    CalibrationTable table =
        CalibrationTable.of(file, result, calibration, Choices.Observers.of(observer));
    session.console().result(json, table, text(table));
    return ExitCodes.OK;
  }

  private static String text(CalibrationTable calibration) {
    Table layers = new Table().row("layer", "smallest", "largest", "from", "to", "scale", "zero");
    calibration.layers()
        .forEach(l -> layers.row(l.module(), Measures.fixed(l.min(), 4),
            Measures.fixed(l.max(), 4), Measures.fixed(l.low(), 4), Measures.fixed(l.high(), 4),
            "%.6g".formatted(l.scale()), Integer.toString(l.zeroPoint())));
    Table totals = new Table().row("file", calibration.file().toString())
        .row("samples", Integer.toString(calibration.samples()))
        .row("observer", calibration.observer())
        .row("time", calibration.seconds() == 0 ? "made before"
            : Measures.seconds(calibration.seconds()) + " (measured)");
    return layers + "\n" + totals;
  }
}

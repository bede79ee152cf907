package io.granular.engine.cli;

import io.granular.engine.analyze.AnalysisRequest;
import io.granular.engine.analyze.Grouping;
import io.granular.engine.analyze.Measure;
import io.granular.engine.calibrate.Prompts;
import io.granular.engine.run.SamplerChoice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** On what to measure, shared by the commands that measure modules. */
final class AnalysisOptions {
  private static final int MOST = 1000;

  @Option(names = "--by", paramLabel = "UNIT", defaultValue = "block",
      description = "What is quantized or restored together: ${COMPLETION-CANDIDATES} "
          + "(default: ${DEFAULT-VALUE}).")
  Grouping by = Grouping.BLOCK;

  @Option(names = "--quick", description = "Measure single U-Net evaluations on full-precision "
      + "latents instead of whole trajectories and pictures: many times faster.")
  boolean quick;

  @Option(names = "--prompts", paramLabel = "N|FILE", defaultValue = "2",
      description = "How many of the model's prompts, or a text file with one prompt per line "
          + "(default: ${DEFAULT-VALUE}).")
  String prompts = "2";

  @Option(names = "--seeds", paramLabel = "N", defaultValue = "2",
      description = "Seeds per prompt (default: ${DEFAULT-VALUE}).")
  int seeds;

  @Option(names = "--seed", paramLabel = "N", defaultValue = "0",
      description = "The first seed (default: ${DEFAULT-VALUE}).")
  long seed;

  @Option(names = "--steps", paramLabel = "N", defaultValue = "10",
      description = "Sampler steps (default: ${DEFAULT-VALUE}).")
  int steps;

  @Option(names = "--guidance", paramLabel = "X",
      description = "Classifier-free guidance; 1 or less is none.")
  @Nullable
  Double guidance;

  @Option(names = "--sampler", paramLabel = "NAME", completionCandidates = Choices.Samplers.class,
      converter = Choices.Samplers.class, description = "${COMPLETION-CANDIDATES}.")
  @Nullable
  String sampler;

  @Option(names = "--size", paramLabel = "WxH", converter = Size.Converter.class,
      description = "Size of the pictures in pixels, multiples of 8.")
  @Nullable
  Size size;

  @Option(names = "--calibration", paramLabel = "FILE",
      description = "Ranges of static schemes, as granular calibrate writes them.")
  @Nullable
  Path calibration;

  @Option(names = "--config", paramLabel = "DIR", description = Texts.CONFIG)
  @Nullable
  Path config;

  @Option(names = "--threads", paramLabel = "N", defaultValue = "0", description = Texts.THREADS)
  int threads;

  /** Refuses values that no model takes. */
  void check(CommandSpec command) {
    if (seeds < 1 || seeds > MOST || steps < 1 || steps > MOST || threads < 0) {
      throw new ParameterException(command.commandLine(),
          "--seeds and --steps go from 1 to " + MOST + ", --threads from 0.");
    }
    if (!isCount() && !Files.isRegularFile(Path.of(prompts))) {
      throw new ParameterException(command.commandLine(),
          "--prompts is '" + prompts + "', which is neither a number nor a file.");
    }
  }

  /**
   * As a request.
   *
   * @param modules to measure; empty for those the recipe quantizes
   */
  AnalysisRequest request(String model, String recipe, Set<Measure> measures,
      List<String> modules) {
    Path file = isCount() ? null : Path.of(prompts).toAbsolutePath();
    int count = file == null ? Integer.parseInt(prompts)
        : Prompts.read(file).size();
    return new AnalysisRequest(model,
        config == null ? null : config.toAbsolutePath(), recipe, measures, by, modules, quick,
        file, count, LongStream.range(seed, seed + seeds).boxed().toList(), steps, guidance,
        size == null ? null : size.width(), size == null ? null : size.height(),
        new SamplerChoice(sampler, null, null, null, null),
        calibration == null ? null : calibration.toAbsolutePath(), null, threads);
  }

  private boolean isCount() {
    return prompts.matches("[1-9][0-9]{0,3}");
  }
}

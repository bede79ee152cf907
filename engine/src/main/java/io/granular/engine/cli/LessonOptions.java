package io.granular.engine.cli;

import io.granular.engine.train.Objective;
import io.granular.engine.train.Sampling;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What {@code granular train} learns from. */
final class LessonOptions {
  private static final double USUAL_FEATURE_WEIGHT = 0.1;

  @Option(names = "--prompts", paramLabel = "FILE",
      description = "Prompts to learn on, one per line; each eighth is held out. Without, those that "
          + "come with the model and with Granular.")
  @Nullable
  Path prompts;

  @Option(names = "--features", paramLabel = "PATTERN", arity = "1..*",
      description = "Blocks whose results are learned too, e.g. unet.mid_block or "
          + "'unet.up_blocks.*'.")
  List<String> features = List.of();

  @Option(names = "--feature-weight", paramLabel = "X",
      description = "What their normalised error weighs (default: 0.1).")
  @Nullable
  Double featureWeight;

  @Option(names = "--data", paramLabel = "DIR",
      description = "Learn to predict the noise in one's own pictures instead: a folder of them with "
          + "captions in NAME.txt or metadata.jsonl; each eighth is held out.")
  @Nullable
  Path data;

  @Option(names = "--caption-dropout", paramLabel = "X",
      description = "Share of captions left out, which guidance needs (default: 0.1).")
  @Nullable
  Double dropout;

  @Option(names = "--sampler-steps", paramLabel = "N",
      description = "Steps of the trajectories to learn from, and of previews.")
  @Nullable
  Integer samplerSteps;

  @Option(names = "--guidance", paramLabel = "X",
      description = "Classifier-free guidance of the trajectories; 1 or less is none.")
  @Nullable
  Double guidance;

  @Option(names = "--size", paramLabel = "WxH", converter = Size.Converter.class,
      description = "Size of the pictures in pixels, multiples of 8; one's own are scaled to it and "
          + "cropped in the middle.")
  @Nullable
  Size size;

  /** Refuses what cannot be. */
  Objective objective(CommandSpec spec) {
    if (prompts != null && !Files.isRegularFile(prompts)) {
      throw wrong(spec, "--prompts: there is no file " + prompts + ".");
    }
    if (data == null) {
      if (dropout != null) {
        throw wrong(spec, "--caption-dropout goes with --data.");
      }
      if (featureWeight != null && (features.isEmpty() || !(featureWeight > 0))) {
        throw wrong(spec, "--feature-weight is more than 0 and goes with --features.");
      }
      double weight = features.isEmpty() ? 0
          : featureWeight == null ? USUAL_FEATURE_WEIGHT : featureWeight;
      return new Objective.Distillation(prompts == null ? null : prompts.toAbsolutePath(),
          features, weight);
    }
    if (prompts != null || !features.isEmpty() || featureWeight != null) {
      throw wrong(spec, "--prompts and --features are for learning from the full-precision model, "
          + "--data is for learning from pictures; give one of them.");
    }
    if (!Files.isDirectory(data)) {
      throw wrong(spec, "--data: there is no folder " + data + ".");
    }
    double share = dropout == null ? Objective.NoisePrediction.USUAL_DROPOUT : dropout;
    if (!(share >= 0 && share <= 1)) {
      throw wrong(spec, "--caption-dropout goes from 0 to 1.");
    }
    return new Objective.NoisePrediction(data.toAbsolutePath(), share);
  }

  Sampling sampling() {
    return new Sampling(samplerSteps, guidance, size == null ? null : size.width(),
        size == null ? null : size.height());
  }

  private static ParameterException wrong(CommandSpec spec, String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}

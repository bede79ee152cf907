package io.granular.engine.cli;

import io.granular.engine.run.RunRequest;
import io.granular.engine.run.RunRequest.TensorRef;
import io.granular.engine.run.SamplerChoice;
import io.granular.engine.store.ModelSources;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What to generate, apart from the recipe; shared by the commands that generate. */
final class GenerationOptions {
  @Option(names = "--prompt", paramLabel = "TEXT",
      description = "The prompt; the model's own first prompt if left out.")
  @Nullable
  String prompt;

  @Option(names = "--negative", paramLabel = "TEXT", defaultValue = "",
      description = "The negative prompt.")
  String negative = "";

  @Option(names = "--seed", paramLabel = "N", defaultValue = "42",
      description = "Draws the noise that torch.Generator(\"cpu\").manual_seed(N) draws "
          + "(default: ${DEFAULT-VALUE}).")
  long seed = 42;

  @Option(names = "--steps", paramLabel = "N", description = "Sampler steps.")
  @Nullable
  Integer steps;

  @Option(names = "--guidance", paramLabel = "X",
      description = "Classifier-free guidance; 1 or less is none.")
  @Nullable
  Double guidance;

  @Option(names = "--sampler", paramLabel = "NAME", completionCandidates = Choices.Samplers.class,
      converter = Choices.Samplers.class, description = "${COMPLETION-CANDIDATES}.")
  @Nullable
  String sampler;

  @Option(names = "--spacing", paramLabel = "NAME", completionCandidates = Choices.Spacings.class,
      converter = Choices.Spacings.class,
      description = "Spacing of the timesteps: ${COMPLETION-CANDIDATES}.")
  @Nullable
  String spacing;

  @Option(names = "--sigmas", paramLabel = "NAME", completionCandidates = Choices.Sigmas.class,
      converter = Choices.Sigmas.class,
      description = "Spread of the noise levels: ${COMPLETION-CANDIDATES}.")
  @Nullable
  String sigmas;

  @Option(names = "--zero-snr", negatable = true,
      description = "Rescale the betas to zero terminal signal-to-noise ratio.")
  @Nullable
  Boolean zeroSnr;

  @Option(names = "--prediction", paramLabel = "NAME",
      completionCandidates = Choices.Predictions.class, converter = Choices.Predictions.class,
      description = "What the network predicts: ${COMPLETION-CANDIDATES}.")
  @Nullable
  String prediction;

  @Option(names = "--size", paramLabel = "WxH", converter = Size.Converter.class,
      description = "Size of the picture in pixels, multiples of 8.")
  @Nullable
  Size size;

  @Option(names = "--latents", paramLabel = "FILE[:KEY]", converter = TensorRefConverter.class,
      description = "Initial noise from a safetensors file instead of the seed's.")
  @Nullable
  TensorRef latents;

  @Option(names = "--noise", paramLabel = "FILE[:KEY]", converter = TensorRefConverter.class,
      description = "Per-step noise of stochastic samplers from a safetensors file.")
  @Nullable
  TensorRef noise;

  @Option(names = "--calibration", paramLabel = "FILE", description = Texts.CALIBRATION)
  @Nullable
  Path calibration;

  @Option(names = "--threads", paramLabel = "N", defaultValue = "0",
      description = "Computing threads (default: as many as cores).")
  int threads;

  @Option(names = "--config", paramLabel = "DIR",
      description = "Diffusers folder with the configs and tokenizers of a single-file checkpoint.")
  @Nullable
  Path config;

  /** Refuses values that no model takes. */
  void check(CommandSpec command) {
    require(command, steps == null || (steps >= 1 && steps <= 1000), "--steps", "1 to 1000", steps);
    require(command, guidance == null || (guidance >= 0 && guidance <= 1000), "--guidance",
        "0 to 1000", guidance);
    require(command, threads >= 0 && threads <= 1024, "--threads", "0 to 1024", threads);
    if (config != null && !Files.exists(config)
        && !config.toString().equals(ModelSources.DEMO)) {
      throw new ParameterException(command.commandLine(), "--config: " + config
          + " is not a folder, nor a model. Give a diffusers folder with model_index.json.");
    }
    if (prompt != null && prompt.isBlank()) {
      throw new ParameterException(command.commandLine(),
          "--prompt is empty. Give a text, or leave it out for the model's own prompt.");
    }
  }

  private static void require(CommandSpec command, boolean holds, String option, String range,
      @Nullable Object value) {
    if (!holds) {
      throw new ParameterException(command.commandLine(),
          option + " is " + value + "; it goes from " + range + ".");
    }
  }

  /**
   * As a request.
   *
   * @param simulate as in {@link RunRequest}
   * @param text the prompt to use
   */
  RunRequest request(String model, String recipe, boolean simulate, String text,
      boolean previews, Path output) {
    return new RunRequest(model, config, recipe, simulate, text, negative, seed, steps, guidance,
        size == null ? null : size.width(), size == null ? null : size.height(),
        new SamplerChoice(sampler, spacing, sigmas, zeroSnr, prediction), threads, latents, noise,
        previews, output, calibration == null ? null : calibration.toAbsolutePath());
  }

  /** The prompt given, or the model's own. */
  String promptFor(Session session, String model) {
    if (prompt != null) {
      return prompt;
    }
    String own = session.engine().library().info(model, config).defaults().prompt();
    if (own.isBlank()) {
      throw new IllegalArgumentException(
          "The model " + model + " suggests no prompt. Give one with --prompt.");
    }
    return own;
  }
}

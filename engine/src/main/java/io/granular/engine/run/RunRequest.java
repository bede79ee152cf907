package io.granular.engine.run;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One side to generate. Null means: as the model's own configuration says.
 *
 * @param model {@code demo}, a diffusers folder, or a single-file checkpoint
 * @param config diffusers folder whose configs and tokenizers describe a single-file checkpoint
 * @param recipe id of a built-in recipe or path of a recipe file
 * @param simulate whether every quantized layer computes by quantize-dequantize in fp32, for
 *     comparing arithmetic
 * @param prompt the text
 * @param negative the negative prompt; empty for none
 * @param seed as {@code torch.Generator("cpu").manual_seed(seed)}
 * @param steps sampler steps
 * @param guidance classifier-free guidance scale; 1 or less runs without guidance
 * @param width pixels, a multiple of 8
 * @param height pixels, a multiple of 8
 * @param sampler sampler and its options
 * @param threads computing threads; 0 for the number of cores
 * @param latents initial noise instead of the seed's
 * @param noise per-step noise of stochastic samplers instead of the seed's
 * @param previews whether to write a preview after each step
 * @param output folder for the picture, the previews and the latents; created if missing
 * @param calibration file with the ranges of static schemes; null if there are none, or to calibrate first
 */
public record RunRequest(String model, @Nullable Path config, String recipe, boolean simulate,
    String prompt, String negative, long seed,
    @Nullable Integer steps, @Nullable Double guidance, @Nullable Integer width,
    @Nullable Integer height,
    SamplerChoice sampler, int threads, @Nullable TensorRef latents, @Nullable TensorRef noise,
    boolean previews,
    Path output, @Nullable Path calibration) {

  /** With the kernels that this machine has, and without a calibration. */
  public RunRequest(String model, @Nullable Path config, String recipe, String prompt,
      String negative, long seed, @Nullable Integer steps, @Nullable Double guidance,
      @Nullable Integer width, @Nullable Integer height, SamplerChoice sampler, int threads,
      @Nullable TensorRef latents, @Nullable TensorRef noise, boolean previews, Path output) {
    this(model, config, recipe, false, prompt, negative, seed, steps, guidance, width, height,
        sampler, threads, latents, noise, previews, output, null);
  }

  /** The same with so many computing threads. */
  public RunRequest withThreads(int count) {
    return new RunRequest(model, config, recipe, simulate, prompt, negative, seed, steps, guidance,
        width, height, sampler, count, latents, noise, previews, output, calibration);
  }

  /** The same with another calibration. */
  public RunRequest withCalibration(@Nullable Path file) {
    return new RunRequest(model, config, recipe, simulate, prompt, negative, seed, steps, guidance,
        width, height, sampler, threads, latents, noise, previews, output, file);
  }

  /** A tensor in a safetensors file; a null key means the only tensor of the file. */
  public record TensorRef(Path file, @Nullable String key) {}
}

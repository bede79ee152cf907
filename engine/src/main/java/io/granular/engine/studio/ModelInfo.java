package io.granular.engine.studio;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model as {@code granular info} shows it.
 *
 * @param model what was opened
 * @param name display name
 * @param family {@code SD 1.x}, {@code SD 2.x} or {@code SDXL}
 * @param networks its networks in pipeline order
 * @param parameters in all networks
 * @param bytes stored, in all networks
 * @param defaults what a run uses unless told otherwise
 * @param quantized how it was quantized; null for a model in floating point
 */
public record ModelInfo(String model, String name, String family, List<NetworkInfo> networks,
    long parameters,
    long bytes, Defaults defaults, @Nullable Quantized quantized) {
  /** In floating point. */
  public ModelInfo(String model, String name, String family, List<NetworkInfo> networks,
      long parameters, long bytes, Defaults defaults) {
    this(model, name, family, networks, parameters, bytes, defaults, null);
  }

  /**
   * How a model was quantized before it was saved.
   *
   * @param format of its files, e.g. {@code Granular safetensors} or {@code GGUF}
   * @param recipe name of the recipe, which runs use unless they are told otherwise
   * @param types number of weights of each stored type
   * @param version of Granular that saved it; empty if another program did
   * @param source the model it was made from, as it was named; empty if unknown
   * @param sourceDigest SHA-256 of that model's networks; empty if unknown
   * @param calibrationDigest SHA-256 of the calibration; empty if there was none
   */
  public record Quantized(String format, String recipe, Map<String, Integer> types, String version,
      String source, String sourceDigest, String calibrationDigest) {}

  /** One network: {@code text_encoder}, {@code text_encoder_2}, {@code unet} or {@code vae}. */
  public record NetworkInfo(String name, String type, long parameters, long bytes,
      List<ModuleInfo> modules) {}

  /**
   * One module that holds parameters.
   *
   * @param name full name, e.g. {@code unet.conv_in}
   * @param kind {@code Conv2d, Linear, GroupNorm, LayerNorm, Embedding}
   * @param shape of its weight
   * @param dtype as stored
   * @param parameters weight and bias
   * @param bytes stored
   */
  public record ModuleInfo(String name, String kind, List<Long> shape, String dtype,
      long parameters, long bytes) {}

  /** The model's own settings. */
  public record Defaults(String prompt, int steps, double guidance, int width, int height,
      String sampler,
      String spacing, String sigmas, String prediction, List<String> samplePrompts) {}
}

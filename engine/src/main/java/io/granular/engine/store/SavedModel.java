package io.granular.engine.store;

import io.granular.engine.quant.ValueRange;
import java.util.Map;
import java.util.Optional;

/**
 * What a model's files say about how it was quantized.
 *
 * @param format of the files, e.g. {@code Granular safetensors} or {@code GGUF}
 * @param recipe the text of the recipe; empty if the files only hold weights
 * @param ranges of the inputs of layers with static schemes, by full module name
 * @param version of the program that wrote it
 * @param source the model it was made from, as it was named then
 * @param sourceDigest SHA-256 of that model's networks; empty if unknown
 * @param calibrationDigest SHA-256 of the calibration; empty if there was none
 */
public record SavedModel(String format, Optional<String> recipe, Map<String, ValueRange> ranges,
    String version, String source, String sourceDigest, String calibrationDigest) {
  public SavedModel {
    ranges = Map.copyOf(ranges);
  }
}

package io.granular.engine.save;

import io.granular.engine.lower.QuantizedLayers;
import io.granular.engine.plan.Decision;
import io.granular.engine.plan.ModulePlan;
import io.granular.engine.plan.Plan;
import io.granular.engine.quant.QuantParams;
import io.granular.engine.quant.Scheme;
import io.granular.engine.quant.ValueRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Calibration caches of TensorRT's implicit quantization: a line for each tensor with the bits of its scale, the largest
 * magnitude divided by 127, as a big-endian hexadecimal float.
 */
final class TensorRtCache {
  private static final String HEADER = "TRT-8601-EntropyCalibration2";
  private static final float LARGEST = 127;

  private TensorRtCache() {}

  /**
   * Writes the ranges of a network's calibrated inputs.
   *
   * @param inputs name of the tensor that each layer takes, by module
   */
  static void write(Path file, Plan plan, String network, Map<String, String> inputs)
      throws IOException {
    Map<String, Float> scales = new TreeMap<>();
    for (ModulePlan module : plan.modules()) {
      if (module.network().equals(network)
          && module.decision() instanceof Decision.Quantized(Scheme.Integers(_, var a, _, _))
          && a != null) {
        ValueRange range = Objects.requireNonNull(
            QuantizedLayers.range(Objects.requireNonNull(module.kernel())), module.name());
        float magnitude = Math.max(Math.abs(range.min()), Math.abs(range.max()));
        scales.merge(Objects.requireNonNull(inputs.get(module.module())),
            Math.max(magnitude / LARGEST, QuantParams.EPS), Math::max);
      }
    }
    if (scales.isEmpty()) {
      return;
    }
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    scales.forEach((tensor, scale) -> text.append(tensor)
        .append(": ")
        .append("%08x".formatted(Float.floatToIntBits(scale)))
        .append('\n'));
    Files.writeString(file, text);
  }
}

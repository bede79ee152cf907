package io.granular.engine.plan;

import io.granular.engine.quant.ActivationScheme;
import io.granular.engine.quant.ValueRange;
import org.jspecify.annotations.Nullable;

/** What is known about the inputs of layers before a run: the result of a calibration. */
@FunctionalInterface
public interface ActivationRanges {
  /** Nothing is known. */
  ActivationRanges NONE = (module, scheme) -> null;

  /**
   * The range that a layer's integers are to cover.
   *
   * @param module as recipes know it, e.g. {@code unet.conv_in}
   * @param scheme a static one
   * @return null if the layer was not observed
   */
  @Nullable
  ValueRange range(String module, ActivationScheme scheme);
}

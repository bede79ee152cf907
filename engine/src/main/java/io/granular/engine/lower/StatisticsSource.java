package io.granular.engine.lower;

import io.granular.engine.quant.LayerStatistics;
import java.util.List;

/** What calibration knows of the inputs of a network's layers. Asked once per layer, in the order the layers run. */
@FunctionalInterface
public interface StatisticsSource {
  /** For networks without layers that need any. */
  StatisticsSource NONE = module -> {
    throw new IllegalArgumentException(module + " has treatments that need statistics of its"
        + " input, and none were collected here. Remove smooth, gptq and bias_correction from its"
        + " rule");
  };

  /**
   * Statistics of one layer's input, one for each part that it is split into.
   *
   * @throws IllegalArgumentException if there are none
   */
  List<LayerStatistics> of(String module);
}

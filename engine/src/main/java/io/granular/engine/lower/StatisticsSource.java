package io.granular.engine.lower;

import io.granular.engine.quant.LayerStatistics;
import io.granular.engine.quant.TreatedWeight;
import java.util.List;
import java.util.function.Supplier;

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

  /**
   * A layer's weights after their treatments, one for each part: made, unless they were made before and kept.
   *
   * @param kernel says the treatments
   */
  default List<TreatedWeight> treated(String module, TreatedKernel kernel,
      Supplier<List<TreatedWeight>> make) {
    return make.get();
  }
}

package io.granular.engine.onnx;

import io.granular.engine.quant.QuantizedTensor;
import org.jspecify.annotations.Nullable;

/** The layers of one network as they are to be written; numbers are asked for one layer at a time. */
public interface LayerSource {
  /**
   * How a layer is written.
   *
   * @param module of a convolution or linear layer, within its network
   */
  LayerForm form(String module);

  /** The integers of a layer that is written with integers, {@code [rows, columns]}. */
  QuantizedTensor integers(String module);

  /** The bias of such a layer if it is not the model's own, or null. */
  float @Nullable [] bias(String module);
}

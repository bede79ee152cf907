package io.granular.engine.onnx;

import io.granular.engine.quant.WeightScheme;
import io.granular.engine.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/** How a convolution or linear layer is written. */
public sealed interface LayerForm {
  /** With floats of this type: {@code F32}, {@code F16} or {@code BF16}. */
  record Floats(ScalarType stored) implements LayerForm {}

  /**
   * With integers that a DequantizeLinear node widens.
   *
   * @param input null leaves the input in floats
   */
  record Integers(WeightScheme weights, @Nullable InputCodes input) implements LayerForm {}

  /**
   * How an input becomes integers of 8 bits: {@code x ~ (q - zero) * scale}.
   *
   * @param zero 0 if they are signed
   * @param signed from -128 to 127; else from 0 to 255
   */
  record InputCodes(float scale, int zero, boolean signed) {}
}

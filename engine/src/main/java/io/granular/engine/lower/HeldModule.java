package io.granular.engine.lower;

import io.granular.engine.torch.ScalarType;
import java.util.SequencedMap;

/**
 * What a loaded network really holds for one module.
 *
 * @param kernel id of the kernel that its method calls; {@code aten} for norms and embeddings
 * @param simulated whether that kernel computes by quantize-dequantize
 * @param tensors by what follows the module in their names, e.g. {@code weight}, {@code bias} or, of a layer in parts,
 *     {@code [skip].weight}: asked of libtorch, not of the plan
 */
public record HeldModule(String kernel, boolean simulated, SequencedMap<String, Held> tensors) {
  /**
   * One tensor.
   *
   * @param elements how many numbers
   * @param type of each
   * @param opaque whether it lies in oneDNN's own layout, which may be padded
   */
  public record Held(long elements, ScalarType type, boolean opaque) {
    /** Bytes of the numbers, without padding. */
    public long bytes() {
      return elements * type.bytes();
    }
  }
}

package io.granular.engine.store;

import io.granular.engine.quant.QuantizedWeight;
import io.granular.engine.quant.TensorScheme;
import io.granular.engine.quant.Treatments;
import java.util.function.Supplier;

/**
 * How a file holds a weight with few bits; the numbers are read when asked for.
 *
 * @param type in a few words, e.g. {@code int4 per_group 32 asymmetric} or {@code Q4_K}
 * @param bytes in the file, scales included
 * @param scheme of the integers or blocks
 * @param treatments what was done to integers besides rounding
 * @param boundary input channels of the first part of a split layer, else 0
 * @param reader gives the weight; throws {@link BadModelException} if its tensors are damaged
 */
public record StoredWeight(String type, long bytes, TensorScheme scheme, Treatments treatments,
    int boundary, Supplier<QuantizedWeight> reader) {
  /** The weight. */
  public QuantizedWeight read() {
    return reader.get();
  }

  /** Whether this is what someone asks for, so that it need not be made. */
  public boolean is(TensorScheme asked, Treatments treated, int split) {
    return scheme.equals(asked) && treatments.equals(treated) && boundary == split;
  }
}

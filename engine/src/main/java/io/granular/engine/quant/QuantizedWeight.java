package io.granular.engine.quant;

import io.granular.engine.quant.ggml.GgmlBlocks;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** The weight of one layer with few bits per number, as its kernel takes it and as files hold it. */
public sealed interface QuantizedWeight {
  /** How its numbers are stored. */
  TensorScheme scheme();

  /** Output channels. */
  int rows();

  /** Numbers per output channel, {@code in*kh*kw}. */
  int columns();

  /**
   * The numbers that a layer without treatments would multiply by, row-major: integers times scales, with rotation,
   * smoothing and splitting undone and the low-rank branch added.
   */
  float[] dequantize();

  /**
   * Integers with scales.
   *
   * @param scheme of the integers
   * @param treatments what was done besides rounding
   * @param boundary input channels of the first part; 0 for a layer in one piece
   * @param taps numbers per input channel: a convolution's {@code kh*kw}, 1 for a linear layer
   * @param parts one, or two if the layer is split
   */
  record Integers(WeightScheme scheme, Treatments treatments, int boundary, int taps,
      List<TreatedWeight> parts) implements QuantizedWeight {
    public Integers {
      parts = List.copyOf(parts);
      if (parts.size() != (boundary == 0 ? 1 : 2)) {
        throw new IllegalArgumentException(
            parts.size() + " parts of a weight whose first part has " + boundary + " channels");
      }
    }

    /** Rounded to nearest, nothing else. */
    public static Integers plain(QuantizedTensor q, WeightScheme scheme, int taps) {
      return new Integers(scheme, Treatments.NONE, 0, taps,
          List.of(new TreatedWeight(q, null, null, null)));
    }

    @Override
    public int rows() {
      return parts.getFirst().integers().rows();
    }

    @Override
    public int columns() {
      return parts.stream().mapToInt(part -> part.integers().cols()).sum();
    }

    /** Adds to a bias, in place, what the treatments correct of it, in the order in which the kernels do. */
    public void correct(float[] bias) {
      for (TreatedWeight part : parts) {
        float[] shift = part.shift();
        for (int row = 0; shift != null && row < bias.length; row++) {
          bias[row] += shift[row];
        }
      }
    }

    @Override
    public float[] dequantize() {
      if (parts.size() == 1) {
        return parts.getFirst().restored(taps, treatments.rotate());
      }
      int columns = columns();
      float[] whole = new float[rows() * columns];
      int from = 0;
      for (TreatedWeight part : parts) {
        float[] own = part.restored(taps, treatments.rotate());
        int width = part.integers().cols();
        for (int row = 0; row < rows(); row++) {
          System.arraycopy(own, row * width, whole, row * columns + from, width);
        }
        from += width;
      }
      return whole;
    }
  }

  /**
   * GGML's blocks.
   *
   * @param scheme the blocks' type
   * @param data {@code rows * columns / block * bytes} bytes
   */
  record Blocks(GgmlType scheme, int rows, int columns,
      MemorySegment data) implements QuantizedWeight {
    public Blocks {
      if (data.byteSize() != scheme.bytes(rows, columns)) {
        throw new IllegalArgumentException("[" + rows + ", " + columns + "] in " + scheme.word()
            + " takes " + scheme.bytes(rows, columns) + " bytes, not " + data.byteSize());
      }
    }

    @Override
    public float[] dequantize() {
      float[] values = new float[Math.multiplyExact(rows, columns)];
      GgmlBlocks.dequantize(data, scheme, values);
      return values;
    }
  }
}

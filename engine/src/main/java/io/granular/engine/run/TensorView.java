package io.granular.engine.run;

import io.granular.engine.quant.GgmlType;
import io.granular.engine.quant.Granularity;
import io.granular.engine.quant.IntegerScheme;
import io.granular.engine.quant.TensorScheme;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tensor as a scheme sees it, with the shapes of torchao's and gguf-py's results. A convolution's
 * weight {@code [out, in, kh, kw]} is the matrix {@code [out, in*kh*kw]}; a tensor of one dimension is
 * one row; others keep their shape, and rows run along the last dimension.
 *
 * @param rows of the matrix
 * @param cols of the matrix
 * @param values shape of the numbers
 * @param q shape of their integers, or of the bytes of their blocks
 * @param scale shape of their scales; null for block types
 */
record TensorView(long rows, long cols, List<Long> values, List<Long> q,
    @Nullable List<Long> scale) {
  private static final int CONVOLUTION = 4;

  /**
   * The view of a tensor.
   *
   * @param shape of at least one dimension, none of them 0
   * @throws IllegalArgumentException if its rows do not divide into the scheme's groups or blocks
   */
  static TensorView of(List<Long> shape, TensorScheme scheme) {
    return switch (scheme) {
      case GgmlType type -> {
        List<Long> values = matrix(shape);
        long cols = values.getLast();
        long rows = product(shape) / cols;
        List<Long> q = with(values.subList(0, values.size() - 1), type.bytes(1, cols));
        yield new TensorView(rows, cols, values, q, null);
      }
      case IntegerScheme integers -> integers(shape, integers.granularity());
    };
  }

  private static TensorView integers(List<Long> shape, Granularity granularity) {
    List<Long> values = granularity instanceof Granularity.PerToken ? shape : matrix(shape);
    List<Long> outer = values.subList(0, values.size() - 1);
    long last = values.getLast();
    long all = product(values);
    return switch (granularity) {
      case Granularity.PerTensor _ -> scaled(values, 1, all, values);
      case Granularity.PerAxis _ -> {
        long rows = values.size() == 1 ? 1 : values.getFirst();
        List<Long> block = new ArrayList<>(values);
        block.set(0, 1L);
        yield values.size() == 1 ? new TensorView(1, last, values, values, List.of(1L))
            : scaled(values, rows, all / rows, block);
      }
      case Granularity.PerToken _ -> scaled(values, product(outer), last, row(values, last));
      case Granularity.PerGroup group ->
        scaled(values, product(outer), last, row(values, group.runLength(1, last)));
    };
  }

  /** Ones, and {@code size} in the last dimension. */
  private static List<Long> row(List<Long> values, long size) {
    return with(Collections.nCopies(values.size() - 1, 1L), size);
  }

  /**
   * The shape of scales follows torchao's {@code _get_reduction_params}: a dimension that is one block
   * disappears, unless it is 1.
   *
   * @param block extents of the numbers that share a scale
   */
  private static TensorView scaled(List<Long> values, long rows, long cols, List<Long> block) {
    List<Long> scale = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      long size = block.get(i);
      if (size == 1 || size != values.get(i)) {
        scale.add(values.get(i) / size);
      }
    }
    return new TensorView(rows, cols, values, values, List.copyOf(scale));
  }

  private static List<Long> matrix(List<Long> shape) {
    return shape.size() < CONVOLUTION ? shape
        : List.of(shape.getFirst(), product(shape) / shape.getFirst());
  }

  private static List<Long> with(List<Long> outer, long last) {
    List<Long> shape = new ArrayList<>(outer);
    shape.add(last);
    return List.copyOf(shape);
  }

  private static long product(List<Long> shape) {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }
}

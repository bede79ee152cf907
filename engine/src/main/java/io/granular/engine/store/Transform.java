package io.granular.engine.store;

import io.granular.engine.quant.GgmlType;
import io.granular.engine.quant.QuantizedWeight;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a tensor of a checkpoint becomes the tensor diffusers has. Every way but {@link Transpose} is
 * a view of the same bytes. A tensor of the wrong shape is an {@link IllegalArgumentException}.
 */
sealed interface Transform {
  /** The shape after the change. */
  List<Long> shape(List<Long> original);

  /** The bytes after the change. */
  MemorySegment data(TensorInfo original, MemorySegment bytes);

  /** A weight with few bits after the change; empty if the change can only be made to its numbers. */
  Optional<StoredWeight> stored(StoredWeight original);

  /** No change. */
  record Same() implements Transform {
    @Override
    public List<Long> shape(List<Long> original) {
      return original;
    }

    @Override
    public MemorySegment data(TensorInfo original, MemorySegment bytes) {
      return bytes;
    }

    @Override
    public Optional<StoredWeight> stored(StoredWeight original) {
      return Optional.of(original);
    }
  }

  /** A convolution with a kernel of one as the linear layer it is: {@code [o, i, 1, 1]} to {@code [o, i]}. */
  record Squeeze() implements Transform {
    @Override
    public List<Long> shape(List<Long> original) {
      if (original.size() < 2 || original.stream().skip(2).anyMatch(dim -> dim != 1)) {
        throw new IllegalArgumentException("is not a linear layer or a convolution of kernel 1");
      }
      return original.subList(0, 2);
    }

    @Override
    public MemorySegment data(TensorInfo original, MemorySegment bytes) {
      return bytes;
    }

    @Override
    public Optional<StoredWeight> stored(StoredWeight original) {
      return Optional.of(original);
    }
  }

  /** One of {@code of} equal parts along the first axis, e.g. the keys of a joint projection. */
  record Rows(int part, int of) implements Transform {
    @Override
    public List<Long> shape(List<Long> original) {
      if (original.isEmpty() || original.getFirst() % of != 0) {
        throw new IllegalArgumentException("cannot be cut into " + of + " equal parts");
      }
      List<Long> shape = new ArrayList<>(original);
      shape.set(0, original.getFirst() / of);
      return shape;
    }

    @Override
    public MemorySegment data(TensorInfo original, MemorySegment bytes) {
      long size = bytes.byteSize() / of;
      return bytes.asSlice(part * size, size);
    }

    /** Whole rows are whole blocks. */
    @Override
    public Optional<StoredWeight> stored(StoredWeight original) {
      return original.scheme() instanceof GgmlType
          ? Optional.of(new StoredWeight(original.type(), original.bytes() / of, original.scheme(),
              original.treatments(), original.boundary(), () -> cut(original.read())))
          : Optional.empty();
    }

    private QuantizedWeight cut(QuantizedWeight whole) {
      if (whole instanceof QuantizedWeight.Blocks(var type, int rows, int columns, var data)) {
        long size = data.byteSize() / of;
        return new QuantizedWeight.Blocks(type, rows / of, columns,
            data.asSlice(part * size, size));
      }
      throw new IllegalStateException("only blocks are cut");
    }
  }

  /** {@code [a, b]} to {@code [b, a]}; the only change that copies. */
  record Transpose() implements Transform {
    @Override
    public List<Long> shape(List<Long> original) {
      if (original.size() != 2) {
        throw new IllegalArgumentException("is not a matrix");
      }
      return original.reversed();
    }

    @Override
    public MemorySegment data(TensorInfo original, MemorySegment bytes) {
      long rows = original.shape().get(0);
      long columns = original.shape().get(1);
      int width = original.dtype().bytes();
      MemorySegment copy = Arena.ofAuto().allocate(bytes.byteSize());
      for (long row = 0; row < rows; row++) {
        for (long column = 0; column < columns; column++) {
          MemorySegment.copy(bytes, (row * columns + column) * width, copy,
              (column * rows + row) * width, width);
        }
      }
      return copy.asReadOnly();
    }

    @Override
    public Optional<StoredWeight> stored(StoredWeight original) {
      return Optional.empty();
    }
  }
}

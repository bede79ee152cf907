package io.granular.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;

/** A tensor held by libtorch. */
public final class Tensor implements AutoCloseable {
  private final PtNDArray array;
  private final boolean borrowed;

  Tensor(PtNDArray array, boolean borrowed) {
    this.array = array;
    this.borrowed = borrowed;
  }

  /** Whether its memory belongs to the Java side: a buffer or a mapped file that may go away. */
  boolean borrowed() {
    return borrowed;
  }

  PtNDArray array() {
    return array;
  }

  /** The dimensions, outermost first. */
  public long[] shape() {
    return array.getShape().getShape();
  }

  /** Number of elements. */
  public long elements() {
    return array.getShape().size();
  }

  /**
   * A copy of the numbers, row-major.
   *
   * @throws IllegalStateException if this is not a float32 tensor
   */
  public float[] floats() {
    if (array.getDataType() != DataType.FLOAT32) {
      throw new IllegalStateException("expected float32, found " + array.getDataType());
    }
    return array.toFloatArray();
  }

  /**
   * A copy of whole numbers, row-major.
   *
   * @throws IllegalStateException if this is not an int64 tensor
   */
  public long[] longs() {
    if (array.getDataType() != DataType.INT64) {
      throw new IllegalStateException("expected int64, found " + array.getDataType());
    }
    return array.toLongArray();
  }

  /**
   * A copy of some of the numbers, counted row-major.
   *
   * @throws IllegalStateException if this is not a float32 tensor
   */
  public float[] floats(long from, int count) {
    if (array.getDataType() != DataType.FLOAT32) {
      throw new IllegalStateException("expected float32, found " + array.getDataType());
    }
    try (NDArray flat = array.reshape(-1);
        NDArray part = flat.get(new NDIndex(from + ":" + (from + count)))) {
      return part.toFloatArray();
    }
  }

  @Override
  public void close() {
    array.close();
  }
}

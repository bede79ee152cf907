package io.granular.engine.save;

import io.granular.engine.quant.FloatReader;
import io.granular.engine.store.TensorInfo;
import io.granular.engine.store.TensorSource;

/** Whole tensors as floats. */
final class Numbers {
  private Numbers() {}

  /** The numbers of a tensor that is small enough for an array. */
  static float[] read(TensorSource tensors, String name) {
    TensorInfo info = tensors.info(name);
    float[] values = new float[Math.toIntExact(info.elements())];
    FloatReader.of(tensors.data(name), info.dtype()).read(0, values, values.length);
    return values;
  }
}

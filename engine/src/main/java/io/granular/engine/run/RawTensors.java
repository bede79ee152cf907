package io.granular.engine.run;

import io.granular.engine.network.Dim;
import io.granular.engine.network.Shape;
import io.granular.engine.quant.FloatReader;
import io.granular.engine.store.NamedTensor;
import io.granular.engine.store.SafetensorsWriter;
import io.granular.engine.store.TensorInfo;
import io.granular.engine.store.TensorSource;
import io.granular.engine.torch.ScalarType;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Network arguments from files, checked against the shapes the network declares. */
final class RawTensors {
  private static final String TIMESTEP = "timestep";
  /** Tensors that a message lists. */
  private static final int NAMED = 12;

  private final TensorSource source;
  private final String origin;

  /** @param origin names the file in messages */
  RawTensors(TensorSource source, String origin) {
    this.source = source;
    this.origin = origin;
  }

  /**
   * Learns the extents of symbols from an argument.
   *
   * @throws IllegalArgumentException if it is missing or does not have the declared shape
   */
  void bind(String argument, Shape declared, Map<String, Long> sizes) {
    if (!source.contains(argument)) {
      throw new IllegalArgumentException(
          origin + " has no tensor " + argument + "; it has " + some(source.names()));
    }
    List<Long> shape = source.info(argument).shape();
    if (argument.equals(TIMESTEP) && shape.stream().allMatch(n -> n == 1)) {
      return;
    }
    boolean fits = shape.size() == declared.rank();
    for (int i = 0; fits && i < shape.size(); i++) {
      long n = shape.get(i);
      if (declared.dim(i) instanceof Dim.Symbol symbol) {
        sizes.putIfAbsent(symbol.name(), n);
      }
      fits = declared.dim(i).at(sizes) == n;
    }
    if (!fits) {
      throw new IllegalArgumentException(
          origin + ": " + argument + " is " + shape + ", the network takes " + declared
              + (sizes.isEmpty() ? "" : " with " + sizes));
    }
  }

  private static String some(Collection<String> names) {
    String first = names.stream().limit(NAMED).collect(Collectors.joining(", "));
    return names.size() > NAMED ? first + " and " + (names.size() - NAMED) + " others" : first;
  }

  /** The argument as the network wants it: float32, or int64 for token ids; one timestep is repeated. */
  Tensor tensor(Scope scope, String argument, Map<String, Long> sizes) {
    TensorInfo info = source.info(argument);
    int n = Math.toIntExact(info.elements());
    if (argument.equals("input_ids")) {
      return scope.of(longs(info, n), info.dims());
    }
    float[] values =
        info.dtype() == ScalarType.I64 || info.dtype() == ScalarType.I32 ? widened(longs(info, n))
            : floats(info, n);
    if (argument.equals(TIMESTEP) && n == 1) {
      float[] all = new float[Math.toIntExact(sizes.getOrDefault("batch", 1L))];
      Arrays.fill(all, values[0]);
      return scope.of(all, all.length);
    }
    return scope.of(values, info.dims());
  }

  private float[] floats(TensorInfo info, int n) {
    float[] values = new float[n];
    if (info.dtype() == ScalarType.F64) {
      MemorySegment data = source.data(info.name());
      for (int i = 0; i < n; i++) {
        values[i] = (float) data.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, 8L * i);
      }
      return values;
    }
    FloatReader.of(source.data(info.name()), info.dtype()).read(0, values, n);
    return values;
  }

  private long[] longs(TensorInfo info, int n) {
    MemorySegment data = source.data(info.name());
    long[] values = new long[n];
    for (int i = 0; i < n; i++) {
      values[i] = switch (info.dtype()) {
        case I64 -> data.get(ValueLayout.JAVA_LONG_UNALIGNED, 8L * i);
        case I32 -> data.get(ValueLayout.JAVA_INT_UNALIGNED, 4L * i);
        case F32, F16, F64, BF16, I16, I8, U8, BOOL -> throw new IllegalArgumentException(
            origin + ": " + info.name() + " must be int64 or int32, not " + info.dtype());
      };
    }
    return values;
  }

  private static float[] widened(long[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values[i];
    }
    return floats;
  }

  /**
   * Writes tensors.
   *
   * @return name to shape of each, in order
   */
  static Map<String, List<Long>> write(Path file, Map<String, Tensor> tensors) {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    List<NamedTensor> named = new ArrayList<>();
    tensors.forEach((name, tensor) -> {
      List<Long> shape = Arrays.stream(tensor.shape()).boxed().toList();
      shapes.put(name, shape);
      named.add(NamedTensor.floats(name, shape, tensor.floats()));
    });
    try {
      SafetensorsWriter.write(file, Map.of(), named);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
    return shapes;
  }
}

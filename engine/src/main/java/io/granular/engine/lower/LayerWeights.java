package io.granular.engine.lower;

import io.granular.engine.network.Node;
import io.granular.engine.network.Op;
import io.granular.engine.network.Parameter;
import io.granular.engine.quant.AffineQuantizer;
import io.granular.engine.quant.FloatReader;
import io.granular.engine.quant.GgmlType;
import io.granular.engine.quant.IntegerScheme;
import io.granular.engine.quant.LayerStatistics;
import io.granular.engine.quant.QuantizedTensor;
import io.granular.engine.quant.QuantizedWeight;
import io.granular.engine.quant.TensorScheme;
import io.granular.engine.quant.TreatedWeight;
import io.granular.engine.quant.Treatments;
import io.granular.engine.quant.WeightScheme;
import io.granular.engine.quant.ggml.GgmlBlocks;
import io.granular.engine.store.StoredWeight;
import io.granular.engine.store.TensorInfo;
import io.granular.engine.store.TensorSource;
import io.granular.engine.torch.ScalarType;
import io.granular.engine.torch.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The trained numbers of one module, read from its source when asked for. */
public sealed class LayerWeights permits TreatedWeights {
  private final TensorSource source;
  private final Node node;
  private final @Nullable Packer packer;
  private final StatisticsSource statistics;
  /** Of this module, whoever read it. */
  private final List<MemorySegment> read;

  /**
   * @param packer of the tensors that {@link #tensor} gives; null if nobody asks for any
   * @param statistics of what the layers compute on, for treatments that need them
   */
  LayerWeights(TensorSource source, Node node, @Nullable Packer packer,
      StatisticsSource statistics) {
    this(source, node, packer, statistics, new ArrayList<>());
  }

  private LayerWeights(TensorSource source, Node node, @Nullable Packer packer,
      StatisticsSource statistics, List<MemorySegment> read) {
    this.statistics = statistics;
    this.source = source;
    this.node = node;
    this.packer = packer;
    this.read = read;
  }

  /** The same module's weights with another packer. */
  LayerWeights(LayerWeights other, Packer packer) {
    this(other.source, other.node, packer, other.statistics, other.read);
  }

  /** What calibration knows of each part of the layer's input. */
  List<LayerStatistics> statistics() {
    return statistics.of(node.module());
  }

  /**
   * The weight's parts after their treatments, which may be known from before.
   *
   * @param make makes them
   */
  List<TreatedWeight> treated(TreatedKernel kernel, Supplier<List<TreatedWeight>> make) {
    Optional<StoredWeight> stored =
        stored(kernel.weights(), kernel.treatments(), kernel.boundary());
    if (stored.isPresent() && stored.get().read() instanceof QuantizedWeight.Integers known) {
      return known.parts();
    }
    return statistics.treated(node.module(), kernel, make);
  }

  /** What the file holds of the weight, if that is just what is asked for. */
  private Optional<StoredWeight> stored(TensorScheme scheme, Treatments treatments, int boundary) {
    return source.stored(name("weight")).filter(held -> held.is(scheme, treatments, boundary));
  }

  /** A parameter's numbers as the file has them, row-major. */
  float[] floats(String parameter) {
    String name = name(parameter);
    TensorInfo info = source.info(name);
    expected(parameter, info);
    float[] values = new float[Math.toIntExact(info.elements())];
    FloatReader.of(data(name), info.dtype()).read(0, values, values.length);
    return values;
  }

  /** A parameter in its own shape, converted to {@code type}; freed with the packer's scope. */
  Tensor tensor(String parameter, ScalarType type) {
    String name = name(parameter);
    TensorInfo info = source.info(name);
    long[] shape = expected(parameter, info);
    Packer packer = Objects.requireNonNull(this.packer);
    if (info.dtype() == ScalarType.BF16) {
      // DJL cannot make bfloat16 tensors; TorchScript can take other 16-bit numbers for them.
      return packer.fromBits(packer.scope().view(data(name), ScalarType.F16, shape), type);
    }
    return packer.convert(packer.scope().view(data(name), info.dtype(), shape), info.dtype(),
        type);
  }

  /** The type a parameter is stored in, as far as networks compute with it: fp16, bf16, else fp32. */
  ScalarType stored(String parameter) {
    ScalarType type = source.info(name(parameter)).dtype();
    return type == ScalarType.F16 || type == ScalarType.BF16 ? type : ScalarType.F32;
  }

  /** The weight as integers, seen as {@code [rows, columns]}. */
  QuantizedTensor quantize(Op.Matrix op, IntegerScheme scheme) {
    String name = name("weight");
    TensorInfo info = source.info(name);
    expected("weight", info);
    if (scheme instanceof WeightScheme weights) {
      Optional<StoredWeight> stored = stored(weights, Treatments.NONE, 0);
      if (stored.isPresent() && stored.get().read() instanceof QuantizedWeight.Integers known) {
        return known.parts().getFirst().integers();
      }
    }
    return AffineQuantizer.quantize(FloatReader.of(data(name), info.dtype()),
        Math.toIntExact(op.rows()),
        Math.toIntExact(op.columns()), scheme);
  }

  /**
   * Takes the pages of the model's file that were read out of this process again, so that a loaded
   * network is not in memory twice. The system keeps them as long as it has memory to spare.
   */
  void release() {
    read.stream().filter(MemorySegment::isMapped).forEach(MemorySegment::unload);
    read.clear();
  }

  private MemorySegment data(String name) {
    MemorySegment data = source.data(name);
    read.add(data);
    return data;
  }

  /**
   * The weight as GGML blocks, {@code [rows, columns / block * bytes]}.
   *
   * @throws IllegalArgumentException if it holds numbers too large for the blocks' half-precision scales
   */
  byte[] blocks(Op.Matrix op, GgmlType type) {
    String name = name("weight");
    TensorInfo info = source.info(name);
    expected("weight", info);
    Optional<StoredWeight> stored = stored(type, Treatments.NONE, 0);
    if (stored.isPresent() && stored.get().read() instanceof QuantizedWeight.Blocks known) {
      read.add(known.data());
      return known.data().toArray(ValueLayout.JAVA_BYTE);
    }
    byte[] blocks = GgmlBlocks.quantize(FloatReader.of(data(name), info.dtype()),
        Math.toIntExact(op.rows()), Math.toIntExact(op.columns()), type);
    if (!GgmlBlocks.finite(blocks, type)) {
      throw new IllegalArgumentException(name + " holds numbers too large for the half-precision"
          + " scales of " + type.word() + "; give the module a rule with integers or bf16");
    }
    return blocks;
  }

  /** The numbers that the weight's quantized form stands for, row-major. */
  float[] dequantized(Op.Matrix op, TensorScheme scheme) {
    return switch (scheme) {
      case IntegerScheme integers -> quantize(op, integers).dequantize();
      case GgmlType type -> {
        float[] values = new float[Math.toIntExact(op.rows() * op.columns())];
        GgmlBlocks.dequantize(MemorySegment.ofArray(blocks(op, type)), type, values);
        yield values;
      }
    };
  }

  private String name(String parameter) {
    return node.module() + "." + parameter;
  }

  /** The shape the network needs; a file may hold the same numbers as a 1x1 convolution or as a matrix. */
  private long[] expected(String parameter, TensorInfo info) {
    List<Long> shape = node.op()
        .parameters()
        .stream()
        .filter(p -> p.name().equals(parameter))
        .map(Parameter::shape)
        .findFirst()
        .orElseThrow();
    if (!squeezed(shape).equals(squeezed(info.shape()))) {
      throw new IllegalArgumentException(
          node.module() + "." + parameter + ": the configuration asks for " + shape
              + " and the file holds " + info.shape()
              + ". Check that config.json belongs to these weights");
    }
    return shape.stream().mapToLong(Long::longValue).toArray();
  }

  private static List<Long> squeezed(List<Long> shape) {
    int end = shape.size();
    while (end > 2 && shape.get(end - 1) == 1) {
      end--;
    }
    return shape.subList(0, end);
  }
}

package io.granular.engine.onnx;

import io.granular.engine.network.Node;
import io.granular.engine.network.Op;
import io.granular.engine.network.Parameter;
import io.granular.engine.quant.FloatReader;
import io.granular.engine.quant.Granularity;
import io.granular.engine.quant.Mapping;
import io.granular.engine.quant.QuantizedTensor;
import io.granular.engine.quant.WeightScheme;
import io.granular.engine.store.TensorInfo;
import io.granular.engine.store.TensorSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes convolutions and linear layers: with floats, or with integers between QuantizeLinear and DequantizeLinear nodes as
 * ONNX Runtime and TensorRT's explicit quantization read them. A linear layer's weight is written transposed, so that it is
 * the second factor of a MatMul.
 */
final class LayerWriter {
  private static final int NARROW_BITS = 4;

  private final OnnxGraph graph;
  private final TensorSource weights;
  private final LayerSource layers;
  private final ElementType stream;
  private final Map<String, String> seen = new HashMap<>();
  private final Map<String, String> inputs = new LinkedHashMap<>();
  private String lastModule = "";
  private @Nullable QuantizedTensor last;

  /** @param stream type of what flows between layers */
  LayerWriter(OnnxGraph graph, TensorSource weights, LayerSource layers, ElementType stream) {
    this.graph = graph;
    this.weights = weights;
    this.layers = layers;
    this.stream = stream;
  }

  /**
   * Writes a layer.
   *
   * @param x its input
   * @param result name of its output
   */
  void write(Node node, Op.Matrix op, String x, String result) {
    String module = node.module();
    LayerForm form = layers.form(module);
    inputs.put(module, x);
    String input = x;
    String weight = switch (form) {
      case LayerForm.Floats(var stored) -> floats(node, op, ElementType.of(stored));
      case LayerForm.Integers(var scheme, var codes) -> {
        input = codes == null ? x : quantized(module, x, codes);
        yield integers(module, op, scheme, codes != null);
      }
    };
    List<String> arguments = new ArrayList<>(List.of(input, weight));
    String bias = bias(node, op, form);
    switch (op) {
      case Op.Conv2d conv -> {
        if (!bias.isEmpty()) {
          arguments.add(bias);
        }
        long before = conv.padding();
        long after = before + conv.padAfter();
        graph.node("Conv", arguments, List.of(result),
            Attribute.of("kernel_shape", List.of((long) conv.kernel(), (long) conv.kernel())),
            Attribute.of("strides", List.of((long) conv.stride(), (long) conv.stride())),
            Attribute.of("pads", List.of(before, before, after, after)));
      }
      case Op.Linear _ -> {
        if (bias.isEmpty()) {
          graph.node("MatMul", arguments, List.of(result));
        } else {
          String product = graph.node(module, "MatMul", arguments);
          graph.node("Add", List.of(product, bias), List.of(result));
        }
      }
    }
  }

  /** A parameter as it is, converted to the type of the stream. */
  String parameter(Node node, String parameter) {
    return kept(node, parameter, stream);
  }

  /** An embedding's table in the type it is kept in. */
  Table table(Node node) {
    ElementType stored = layers.form(node.module()) instanceof LayerForm.Floats(var type)
        ? ElementType.of(type)
        : stream;
    return new Table(constant(node, "weight", stored), stored);
  }

  /** A constant whose rows are widened once they are looked up. */
  record Table(String name, ElementType stored) {}

  /** Names of the tensors that layers take, by module. */
  Map<String, String> inputs() {
    return inputs;
  }

  private String floats(Node node, Op.Matrix op, ElementType stored) {
    if (op instanceof Op.Conv2d) {
      return kept(node, "weight", stored);
    }
    String name = node.module() + ".weight";
    TensorInfo info = weights.info(name);
    int rows = Math.toIntExact(op.rows());
    int columns = Math.toIntExact(op.columns());
    return widened(node.module(), stored, graph.constant(new Initializer(name, stored,
        List.of(op.columns(), op.rows()),
        Numbers.transposed(FloatReader.of(weights.data(name), info.dtype()), rows, columns,
            stored))));
  }

  private String kept(Node node, String parameter, ElementType stored) {
    return widened(node.module(), stored, constant(node, parameter, stored));
  }

  private String constant(Node node, String parameter, ElementType stored) {
    String name = node.module() + "." + parameter;
    TensorInfo info = weights.info(name);
    List<Long> shape = node.op()
        .parameters()
        .stream()
        .filter(p -> p.name().equals(parameter))
        .map(Parameter::shape)
        .findFirst()
        .orElseThrow();
    return graph.constant(new Initializer(name, stored, shape,
        Numbers.floats(FloatReader.of(weights.data(name), info.dtype()), info.elements(),
            stored)));
  }

  private String widened(String module, ElementType stored, String constant) {
    return stored == stream ? constant
        : graph.node(module, "Cast", List.of(constant), Attribute.of("to", (long) stream.code()));
  }

  private String bias(Node node, Op.Matrix op, LayerForm form) {
    float[] own = form instanceof LayerForm.Integers ? layers.bias(node.module()) : null;
    if (own != null) {
      return graph.constant(new Initializer(node.module() + ".bias", stream,
          List.of((long) own.length), Numbers.floats(FloatReader.of(own), own.length, stream)));
    }
    return op.bias() ? parameter(node, "bias") : "";
  }

  /** What a layer sees of its input; layers with the same input and codes share it. */
  private String quantized(String module, String x, LayerForm.InputCodes codes) {
    return seen.computeIfAbsent(x + " " + codes, _ -> {
      String scale = graph.scalar(stream, codes.scale());
      String zero = graph.constant(Initializer.of(
          "zero_point_" + (codes.signed() ? "i" : "u") + codes.zero(),
          codes.signed() ? ElementType.INT8 : ElementType.UINT8, List.of(),
          ByteBuffer.wrap(new byte[]{(byte) codes.zero()})));
      String q = graph.node(module, "QuantizeLinear", List.of(x, scale, zero));
      return graph.node(module, "DequantizeLinear", List.of(q, scale, zero));
    });
  }

  /**
   * The weight's integers and the node that widens them. Up to 4 bits are written as 4, unless they meet 8-bit inputs, whose
   * kernels take 8; up to 8 bits as 8.
   */
  private String integers(String module, Op.Matrix op, WeightScheme scheme, boolean metByCodes) {
    boolean unsigned = scheme.mapping() == Mapping.ASYMMETRIC;
    boolean narrow = scheme.bits() <= NARROW_BITS && !metByCodes;
    ElementType type = narrow ? unsigned ? ElementType.UINT4 : ElementType.INT4
        : unsigned ? ElementType.UINT8 : ElementType.INT8;
    int rows = Math.toIntExact(op.rows());
    int columns = Math.toIntExact(op.columns());
    long run = scheme.granularity().runLength(rows, columns);
    boolean groups = run < columns;
    boolean turned = op instanceof Op.Linear;
    Supplier<QuantizedTensor> tensor = () -> integers(module);
    String name = module + ".weight";
    List<Long> matrix = turned ? List.of((long) columns, (long) rows)
        : List.of((long) rows, (long) columns);
    List<Long> dims = turned || groups ? matrix : op.parameters().getFirst().shape();
    String q = graph.constant(new Initializer(name + "_quantized", type, dims,
        sink -> sink.accept(Numbers.integers(turned
            ? Numbers.transposed(tensor.get().q(), rows, columns)
            : tensor.get().q(), type))));
    List<Long> scales = switch (scheme.granularity()) {
      case Granularity.PerTensor _ -> List.of();
      case Granularity.PerAxis _,Granularity.PerToken _ -> List.of((long) rows);
      case Granularity.PerGroup _ when !groups -> List.of((long) rows);
      case Granularity.PerGroup _ -> turned ? List.of(columns / run, (long) rows)
          : List.of((long) rows, columns / run);
    };
    boolean turnScales = turned && scales.size() == 2;
    int perRow = Math.toIntExact(columns / Math.min(run, columns));
    List<String> arguments = new ArrayList<>();
    arguments.add(q);
    arguments.add(graph.constant(new Initializer(name + "_scale", stream, scales, sink -> {
      FloatReader all = FloatReader.of(tensor.get().scale());
      long count = tensor.get().scale().length;
      (turnScales ? Numbers.transposed(all, rows, perRow, stream)
          : Numbers.floats(all, count, stream)).writeTo(sink);
    })));
    if (unsigned) {
      arguments.add(graph.constant(new Initializer(name + "_zero_point", type, scales, sink -> {
        byte[] zeros = bytes(tensor.get().zeroPoint());
        sink.accept(Numbers.integers(
            turnScales ? Numbers.transposed(zeros, rows, perRow) : zeros, type));
      })));
    }
    List<Attribute> attributes = new ArrayList<>();
    if (!scales.isEmpty()) {
      attributes.add(Attribute.of("axis", groups ? (turned ? 0L : 1L) : (turned ? 1L : 0L)));
    }
    if (groups) {
      attributes.add(Attribute.of("block_size", run));
    }
    String wide = graph.node(module, "DequantizeLinear", arguments,
        attributes.toArray(Attribute[]::new));
    return groups && !turned
        ? graph.node(module, "Reshape", List.of(wide, graph.longs(op.parameters()
            .getFirst()
            .shape()
            .stream()
            .mapToLong(Long::longValue)
            .toArray())))
        : wide;
  }

  /** A layer is quantized once though its integers, scales and zero points are asked for one after the other. */
  private QuantizedTensor integers(String module) {
    QuantizedTensor known = last;
    if (known == null || !module.equals(lastModule)) {
      known = layers.integers(module);
      last = known;
      lastModule = module;
    }
    return known;
  }

  private static byte[] bytes(int[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : values) {
      bytes.put((byte) value);
    }
    return bytes.array();
  }
}

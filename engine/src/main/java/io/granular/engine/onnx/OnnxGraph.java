package io.granular.engine.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A graph being written: nodes in the order they run, constants, and named inputs and outputs. */
final class OnnxGraph {
  private final String name;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Initializer> initializers = new LinkedHashMap<>();
  private final List<Port> inputs = new ArrayList<>();
  private final List<Port> outputs = new ArrayList<>();
  private final Map<String, String> constants = new HashMap<>();
  private final Set<String> names = new HashSet<>();

  /** One operation. */
  record Node(String name, String op, List<String> inputs, List<String> outputs,
      List<Attribute> attributes) {}

  /** An input or output of the graph; an extent is a number, or a name for one that is free. */
  record Port(String name, ElementType type, List<String> dims) {}

  OnnxGraph(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  List<Node> nodes() {
    return nodes;
  }

  List<Initializer> initializers() {
    return List.copyOf(initializers.values());
  }

  List<Port> inputs() {
    return inputs;
  }

  List<Port> outputs() {
    return outputs;
  }

  /** Keeps a name for a tensor that will be made under it. */
  String reserve(String tensor) {
    if (!names.add(tensor)) {
      throw new IllegalArgumentException("two tensors named " + tensor);
    }
    return tensor;
  }

  String input(Port port) {
    inputs.add(port);
    return reserve(port.name());
  }

  /** Declares an output; a node must have been given its name. */
  void output(Port port) {
    outputs.add(port);
  }

  /** Adds a node with one result and returns the result's name. */
  String node(String module, String op, List<String> arguments, Attribute... attributes) {
    String result = free(module + "/" + op);
    node(op, arguments, List.of(result), attributes);
    return result;
  }

  /** Adds a node whose results have names already. */
  void node(String op, List<String> arguments, List<String> results, Attribute... attributes) {
    nodes.add(new Node("node " + results.getFirst(), op, List.copyOf(arguments),
        List.copyOf(results), List.of(attributes)));
  }

  /** A name that no tensor has. */
  String free(String wish) {
    String candidate = wish;
    for (int n = 1; !names.add(candidate); n++) {
      candidate = wish + "_" + n;
    }
    return candidate;
  }

  /** Adds a constant, once for each name. */
  String constant(Initializer initializer) {
    if (initializers.putIfAbsent(initializer.name(), initializer) == null) {
      reserve(initializer.name());
    }
    return initializer.name();
  }

  /** A vector of whole numbers; equal ones are one constant. */
  String longs(long... values) {
    ByteBuffer bytes = little(values.length * Long.BYTES);
    bytes.asLongBuffer().put(values);
    return shared("ints " + Arrays.toString(values), ElementType.INT64,
        List.of((long) values.length), bytes);
  }

  /** A whole number. */
  String longScalar(long value) {
    ByteBuffer bytes = little(Long.BYTES);
    bytes.putLong(0, value);
    return shared("int " + value, ElementType.INT64, List.of(), bytes);
  }

  /** A number of type {@code FLOAT} or {@code FLOAT16}; equal ones are one constant. */
  String scalar(ElementType type, float value) {
    return shared("scalar " + type + " " + value, type, List.of(), floats(type, value));
  }

  /** A vector of type {@code FLOAT} or {@code FLOAT16}; equal ones are one constant. */
  String vector(ElementType type, float... values) {
    return shared("vector " + type + " " + Arrays.toString(values), type,
        List.of((long) values.length), floats(type, values));
  }

  private String shared(String key, ElementType type, List<Long> dims, ByteBuffer bytes) {
    return constants.computeIfAbsent(key, _ -> {
      String fresh = free("constant_" + constants.size());
      initializers.put(fresh, Initializer.of(fresh, type, dims, bytes));
      return fresh;
    });
  }

  private static ByteBuffer floats(ElementType type, float... values) {
    ByteBuffer bytes = little(values.length * (type == ElementType.FLOAT16 ? 2 : 4));
    for (float value : values) {
      if (type == ElementType.FLOAT16) {
        bytes.putShort(Float.floatToFloat16(value));
      } else {
        bytes.putFloat(value);
      }
    }
    return bytes.flip();
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}

package io.granular.engine.onnx;

import io.granular.engine.network.Dim;
import io.granular.engine.network.Graph;
import io.granular.engine.network.Node;
import io.granular.engine.network.Op;
import io.granular.engine.network.Shape;
import io.granular.engine.network.Value;
import io.granular.engine.quant.Granularity;
import io.granular.engine.store.TensorSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;

/**
 * One network as an ONNX model. Inputs and outputs are named as Optimum's exporters name them
 * ({@code optimum/exporters/onnx/model_configs.py}); batch and size are free.
 */
public final class OnnxNetwork {
  /** With operators that everything of the last years reads. */
  private static final int OPSET = 17;
  /** The first with 4-bit integers, scales per block and scales in half precision. */
  private static final int OPSET_BLOCKS = 21;
  private static final int NARROW_BITS = 4;
  private static final String HIDDEN = ".layer_norm1";

  private final Graph graph;
  private final TensorSource weights;
  private final LayerSource layers;
  private final ElementType stream;
  private final boolean hiddenStates;

  /**
   * What was written.
   *
   * @param files the model first
   * @param inputs name of the tensor that each convolution or linear layer takes, by module
   * @param opset version of the operators
   */
  public record Written(List<Path> files, Map<String, String> inputs, int opset) {}

  /**
   * @param weights under diffusers' names
   * @param stream {@code FLOAT} or {@code FLOAT16}: type of pictures, latents and whatever flows between layers
   * @param hiddenStates whether a text encoder gives the inputs of all its layers, as SDXL needs them
   */
  public OnnxNetwork(Graph graph, TensorSource weights, LayerSource layers, ElementType stream,
      boolean hiddenStates) {
    this.graph = graph;
    this.weights = weights;
    this.layers = layers;
    this.stream = stream;
    this.hiddenStates = hiddenStates;
  }

  /**
   * Writes {@code file}, and {@code file_data} if it would be larger than such a file may be.
   *
   * @param version of Granular
   * @param facts about the model, for the file's metadata
   * @throws IOException if it cannot be written
   */
  public Written write(Path file, String version, Map<String, String> facts) throws IOException {
    return write(file, version, facts, OnnxFile.LARGEST);
  }

  Written write(Path file, String version, Map<String, String> facts, long largest)
      throws IOException {
    OnnxGraph out = new OnnxGraph(graph.name());
    LayerWriter writer = new LayerWriter(out, weights, layers, stream);
    SequencedMap<String, Value> outputs = outputs();
    Map<Integer, String> results = new HashMap<>();
    outputs.forEach((name, value) -> results.putIfAbsent(value.id(), name));
    boolean moments = graph.outputs().containsKey("logvar");
    OnnxEmitter emitter = new OnnxEmitter(out, writer, stream, moments ? Map.of() : results);
    inputs(out, emitter);
    emitter.write(graph);
    if (moments) {
      moments(out, emitter);
    } else {
      outputs.forEach((name, value) -> {
        if (!name.equals(results.get(value.id()))) {
          out.node("Identity", List.of(emitter.name(value)), List.of(out.reserve(name)));
        }
        out.output(new OnnxGraph.Port(name, stream, dims(value.shape())));
      });
    }
    int opset = opset();
    return new Written(new OnnxFile(out, opset, version, facts, largest).write(file),
        writer.inputs(), opset);
  }

  private void inputs(OnnxGraph out, OnnxEmitter emitter) {
    graph.inputs().forEach((argument, value) -> {
      switch (argument) {
        case "input_ids" -> emitter.name(value, out.input(
            new OnnxGraph.Port(argument, ElementType.INT64, dims(value.shape()))));
        case "timestep" -> {
          out.input(new OnnxGraph.Port(argument, ElementType.FLOAT, List.of()));
          emitter.name(value, out.node("timestep", "Reshape", List.of(argument, out.longs(-1))));
        }
        case "time_ids" -> emitter.name(value, out.input(
            new OnnxGraph.Port(argument, ElementType.FLOAT, dims(value.shape()))));
        case String other -> emitter.name(value, out.input(new OnnxGraph.Port(
            graph.name().equals("vae.decode") ? "latent_sample" : other, stream,
            dims(value.shape()))));
      }
    });
  }

  /** Mean and logarithm of the variance in one tensor. */
  private void moments(OnnxGraph out, OnnxEmitter emitter) {
    Value mean = Objects.requireNonNull(graph.outputs().get("mean"));
    Value logvar = Objects.requireNonNull(graph.outputs().get("logvar"));
    String name = out.reserve("latent_parameters");
    out.node("Concat", List.of(emitter.name(mean), emitter.name(logvar)), List.of(name),
        Attribute.of("axis", 1L));
    long channels = mean.shape().dim(1).at(Map.of());
    out.output(
        new OnnxGraph.Port(name, stream, dims(mean.shape().with(1, Dim.of(2 * channels)))));
  }

  /** In Optimum's order: pipelines take the first of a text encoder for its pooled result. */
  private SequencedMap<String, Value> outputs() {
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    for (String name : List.of("text_embeds", "last_hidden_state", "pooler_output")) {
      Value value = graph.outputs().get(name);
      if (value != null) {
        outputs.put(name, value);
      }
    }
    if (graph.name().equals("unet")) {
      outputs.put("out_sample", Objects.requireNonNull(graph.outputs().get("sample")));
    } else if (graph.outputs().containsKey("sample")) {
      outputs.put("sample", Objects.requireNonNull(graph.outputs().get("sample")));
    }
    if (hiddenStates) {
      List<Value> states = hiddenStates();
      for (int i = 0; i < states.size(); i++) {
        outputs.put("hidden_states." + i, states.get(i));
      }
    }
    return outputs;
  }

  /** What enters each layer, and what leaves the last. */
  private List<Value> hiddenStates() {
    List<Value> states = new ArrayList<>();
    for (Node node : graph.nodes()) {
      if (node.module().endsWith(HIDDEN) || node.module().endsWith("final_layer_norm")) {
        states.add(node.inputs().getFirst());
      }
    }
    return states;
  }

  private int opset() {
    boolean newer = graph.modules()
        .values()
        .stream()
        .filter(node -> node.op() instanceof Op.Matrix)
        .anyMatch(
            node -> layers.form(node.module()) instanceof LayerForm.Integers(var scheme, var input)
                && (stream == ElementType.FLOAT16 || (scheme.bits() <= NARROW_BITS && input == null)
                    || scheme.granularity() instanceof Granularity.PerGroup));
    return newer ? OPSET_BLOCKS : OPSET;
  }

  private List<String> dims(Shape shape) {
    return shape.dims().stream().map(this::dim).toList();
  }

  private String dim(Dim dim) {
    return switch (dim) {
      case Dim.Fixed(long n) -> Long.toString(n);
      case Dim.Symbol(String name) -> symbol(name);
      case Dim.Doubled(Dim of) -> "2 * (" + dim(of) + ")";
      case Dim.Halved(Dim of, boolean up) -> (up ? "ceil" : "floor") + "((" + dim(of) + ") / 2)";
      case Dim.Product(Dim a, Dim b) -> "(" + dim(a) + ") * (" + dim(b) + ")";
    };
  }

  private String symbol(String name) {
    return switch (name) {
      case "batch" -> "batch_size";
      case "tokens" -> "sequence_length";
      case "height", "width" ->
        graph.name().equals("vae.decode") ? "latent_" + name : name;
      case String other -> other;
    };
  }
}

package io.granular.engine.onnx;

import io.granular.engine.network.Graph;
import io.granular.engine.network.Node;
import io.granular.engine.network.Op;
import io.granular.engine.network.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Writes the nodes of a network, one operator after the other. */
final class OnnxEmitter {
  private static final float LOWEST_HALF = -65504f;

  private final OnnxGraph out;
  private final LayerWriter layers;
  private final ElementType stream;
  private final Map<Integer, String> names = new HashMap<>();
  private final Map<Integer, String> results;

  /**
   * @param stream type of what flows between nodes
   * @param results names that values must have, by id
   */
  OnnxEmitter(OnnxGraph out, LayerWriter layers, ElementType stream, Map<Integer, String> results) {
    this.out = out;
    this.layers = layers;
    this.stream = stream;
    this.results = results;
    results.values().forEach(out::reserve);
  }

  /** Says how a value that no node makes is named. */
  void name(Value value, String name) {
    names.put(value.id(), name);
  }

  String name(Value value) {
    return Objects.requireNonNull(names.get(value.id()));
  }

  /** Writes all nodes. */
  void write(Graph graph) {
    for (Node node : graph.nodes()) {
      String wish = node.module() + "/" + node.op().getClass().getSimpleName();
      String fixed = results.get(node.output().id());
      String result = fixed != null ? fixed : out.free(wish);
      write(node, result);
      name(node.output(), result);
    }
  }

  private void write(Node node, String result) {
    String x = in(node, 0);
    String module = node.module();
    switch (node.op()) {
      case Op.Matrix op -> layers.write(node, op, x, result);
      case Op.GroupNorm n -> groupNorm(node, n, x, result);
      case Op.LayerNorm n -> end("LayerNormalization",
          List.of(x, layers.parameter(node, "weight"), layers.parameter(node, "bias")), result,
          Attribute.of("axis", -1L), Attribute.of("epsilon", (float) n.eps()));
      case Op.Embedding _ -> {
        LayerWriter.Table table = layers.table(node);
        String rows = step(node, "Gather", table.name(), x);
        end("Cast", List.of(rows), result, Attribute.of("to", (long) stream.code()));
      }
      case Op.AddPositions _ -> {
        LayerWriter.Table table = layers.table(node);
        String rows = step(node, "Slice", table.name(), out.longs(0), extent(module, x, 1, 2),
            out.longs(0));
        end("Add", List.of(x, cast(module, rows, stream)), result);
      }
      case Op.Activation a -> activation(node, a.function(), x, result);
      case Op.Geglu _ -> {
        long half = node.output().shape().dim(-1).at(Map.of());
        String value = slice(node, x, 0, half, -1);
        String gate = gelu(node, slice(node, x, half, 2 * half, -1));
        end("Mul", List.of(value, gate), result);
      }
      case Op.Attention a -> attention(node, a, result);
      case Op.Add _ -> end("Add", List.of(x, in(node, 1)), result);
      case Op.AddPerChannel _ ->
        end("Add", List.of(x, step(node, "Unsqueeze", in(node, 1), out.longs(2, 3))), result);
      case Op.Scale s -> end("Mul", List.of(x, number((float) s.factor())), result);
      case Op.Concat c -> end("Concat", node.inputs().stream().map(this::name).toList(), result,
          Attribute.of("axis", (long) c.dim()));
      case Op.UpsampleNearest _ -> upsample(node, x, result);
      case Op.PixelsToTokens _ -> {
        long width = node.output().shape().dim(-1).at(Map.of());
        String last = transposed(node, x, 0, 2, 3, 1);
        end("Reshape", List.of(last, out.longs(0, -1, width)), result);
      }
      case Op.TokensToPixels _ -> {
        long width = node.output().shape().dim(1).at(Map.of());
        String shape = out.node(module, "Concat", List.of(out.longs(0),
            extent(module, in(node, 1), 2, 4), out.longs(width)), Attribute.of("axis", 0L));
        String pixels = step(node, "Reshape", x, shape);
        end("Transpose", List.of(pixels), result, Attribute.of("perm", List.of(0L, 3L, 1L, 2L)));
      }
      case Op.TimestepEmbedding t -> timesteps(node, t, x, result);
      case Op.Flatten _ -> end("Reshape", List.of(x, out.longs(-1)), result);
      case Op.JoinRows _ -> end("Reshape",
          List.of(x, out.longs(-1, node.output().shape().dim(-1).at(Map.of()))), result);
      case Op.PoolEndOfText p -> pool(node, p, x, result);
      case Op.Chunk c -> {
        long size = node.output().shape().dim(1).at(Map.of());
        end("Slice", List.of(x, out.longs(c.index() * size), out.longs((c.index() + 1) * size),
            out.longs(1)), result);
      }
    }
  }

  /** Reshape, InstanceNormalization, Reshape, scale: known everywhere, and what optimizers fuse. */
  private void groupNorm(Node node, Op.GroupNorm n, String x, String result) {
    String module = node.module();
    float[] ones = new float[n.groups()];
    Arrays.fill(ones, 1);
    String grouped = step(node, "Reshape", x, out.longs(0, n.groups(), -1));
    String normal = out.node(module, "InstanceNormalization",
        List.of(grouped, out.vector(stream, ones), out.vector(stream, new float[n.groups()])),
        Attribute.of("epsilon", (float) n.eps()));
    String shaped = step(node, "Reshape", normal, out.node(module, "Shape", List.of(x)));
    int rank = node.inputs().getFirst().shape().rank();
    long[] pixels = new long[rank - 2];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = i + 1L;
    }
    String weight = layers.parameter(node, "weight");
    String bias = layers.parameter(node, "bias");
    if (rank > 2) {
      weight = step(node, "Unsqueeze", weight, out.longs(pixels));
      bias = step(node, "Unsqueeze", bias, out.longs(pixels));
    }
    end("Add", List.of(step(node, "Mul", shaped, weight), bias), result);
  }

  private void activation(Node node, Op.Activation.Function function, String x, String result) {
    switch (function) {
      case SILU -> end("Mul", List.of(x, step(node, "Sigmoid", x)), result);
      case QUICK_GELU -> {
        String scaled = step(node, "Mul", x, number(1.702f));
        end("Mul", List.of(x, step(node, "Sigmoid", scaled)), result);
      }
      case GELU -> end("Identity", List.of(gelu(node, x)), result);
    }
  }

  /** The exact one, by the error function. */
  private String gelu(Node node, String x) {
    String scaled = step(node, "Div", x, number((float) Math.sqrt(2)));
    String above = step(node, "Add", step(node, "Erf", scaled), number(1));
    return step(node, "Mul", step(node, "Mul", x, above), number(0.5f));
  }

  private void attention(Node node, Op.Attention a, String result) {
    String module = node.module();
    long width = node.output().shape().dim(-1).at(Map.of());
    String heads = out.longs(0, 0, a.heads(), width / a.heads());
    String q = transposed(node, step(node, "Reshape", in(node, 0), heads), 0, 2, 1, 3);
    String k = transposed(node, step(node, "Reshape", in(node, 1), heads), 0, 2, 3, 1);
    String v = transposed(node, step(node, "Reshape", in(node, 2), heads), 0, 2, 1, 3);
    // The query is scaled, not the product, so that half precision does not overflow.
    String scaled =
        step(node, "Mul", q, number((float) (1 / Math.sqrt((double) width / a.heads()))));
    String scores = step(node, "MatMul", scaled, k);
    if (a.causal()) {
      scores = step(node, "Add", scores, causalMask(module, in(node, 0)));
    }
    String weights = out.node(module, "Softmax", List.of(scores), Attribute.of("axis", -1L));
    String mixed = transposed(node, step(node, "MatMul", weights, v), 0, 2, 1, 3);
    end("Reshape", List.of(mixed, out.longs(0, 0, width)), result);
  }

  /** The lowest number above the diagonal, zero elsewhere, {@code [tokens, tokens]}. */
  private String causalMask(String module, String x) {
    String tokens = extent(module, x, 1, 2);
    String square =
        out.node(module, "Concat", List.of(tokens, tokens), Attribute.of("axis", 0L));
    String all = out.node(module, "Expand",
        List.of(out.scalar(ElementType.FLOAT, LOWEST_HALF), square));
    String mask = out.node(module, "Trilu", List.of(all, out.longs(1)),
        Attribute.of("upper", 1L));
    return stream == ElementType.FLOAT ? mask : cast(module, mask, stream);
  }

  private void upsample(Node node, String x, String result) {
    List<Attribute> nearest = List.of(Attribute.of("mode", "nearest"),
        Attribute.of("coordinate_transformation_mode", "asymmetric"),
        Attribute.of("nearest_mode", "floor"));
    List<String> arguments = new ArrayList<>(List.of(x, ""));
    if (node.inputs().size() > 1) {
      String module = node.module();
      arguments.add("");
      arguments.add(out.node(module, "Concat",
          List.of(extent(module, x, 0, 2), extent(module, in(node, 1), 2, 4)),
          Attribute.of("axis", 0L)));
    } else {
      arguments.add(out.vector(ElementType.FLOAT, 1, 1, 2, 2));
    }
    end("Resize", arguments, result, nearest.toArray(Attribute[]::new));
  }

  private void timesteps(Node node, Op.TimestepEmbedding t, String x, String result) {
    int half = t.width() / 2;
    float[] frequencies = new float[half];
    for (int i = 0; i < half; i++) {
      float exponent = i * (float) -Math.log(10000) / (float) (half - t.freqShift());
      frequencies[i] = (float) Math.exp(exponent);
    }
    String column = step(node, "Unsqueeze", x, out.longs(1));
    String angle = step(node, "Mul", column, out.vector(ElementType.FLOAT, frequencies));
    String sin = step(node, "Sin", angle);
    String cos = step(node, "Cos", angle);
    List<String> both = t.flipSinToCos() ? List.of(cos, sin) : List.of(sin, cos);
    if (stream == ElementType.FLOAT) {
      end("Concat", both, result, Attribute.of("axis", -1L));
    } else {
      String wide = out.node(node.module(), "Concat", both, Attribute.of("axis", -1L));
      end("Cast", List.of(wide), result, Attribute.of("to", (long) stream.code()));
    }
  }

  private void pool(Node node, Op.PoolEndOfText p, String x, String result) {
    String ids = in(node, 1);
    String marks = p.endOfText() < 0 ? ids
        : cast(node.module(),
            step(node, "Equal", ids, out.longScalar(p.endOfText())), ElementType.INT32);
    String at = out.node(node.module(), "ArgMax", List.of(marks), Attribute.of("axis", -1L),
        Attribute.of("keepdims", 1L));
    end("GatherND", List.of(x, at), result, Attribute.of("batch_dims", 1L));
  }

  private String extent(String module, String x, long from, long to) {
    return out.node(module, "Shape", List.of(x), Attribute.of("start", from),
        Attribute.of("end", to));
  }

  private String slice(Node node, String x, long from, long to, long axis) {
    return step(node, "Slice", x, out.longs(from), out.longs(to), out.longs(axis));
  }

  private String transposed(Node node, String x, long... order) {
    return out.node(node.module(), "Transpose", List.of(x),
        Attribute.of("perm", Arrays.stream(order).boxed().toList()));
  }

  private String cast(String module, String x, ElementType type) {
    return out.node(module, "Cast", List.of(x), Attribute.of("to", (long) type.code()));
  }

  private String number(float value) {
    return out.scalar(stream, value);
  }

  private String step(Node node, String op, String... arguments) {
    return out.node(node.module(), op, List.of(arguments));
  }

  private void end(String op, List<String> arguments, String result, Attribute... attributes) {
    out.node(op, arguments, List.of(result), attributes);
  }

  private String in(Node node, int i) {
    return name(node.inputs().get(i));
  }
}

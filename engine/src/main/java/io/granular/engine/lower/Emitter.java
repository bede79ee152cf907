package io.granular.engine.lower;

import io.granular.engine.network.Graph;
import io.granular.engine.network.Node;
import io.granular.engine.network.Op;
import io.granular.engine.network.Value;
import io.granular.engine.quant.ActivationScheme;
import io.granular.engine.torch.ScalarType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes a graph as one TorchScript method {@code forward}, each layer by its kernel. Values travel in channels-last
 * memory order, so that tokens and pixels are views of each other.
 */
final class Emitter {
  private static final long FEW_PIXELS = 64;
  private static final long SMALL_PICTURE = 200_000;

  private final Graph graph;
  private final Map<String, Kernel.Layer> layers;
  private final Map<String, Kernel> kernels;
  private final ScalarType stream;
  private final boolean channelsLast;
  private final AttentionKernel attention;
  private final Map<String, Long> sizes;
  private Code code = new Code();
  private boolean differentiable;
  private Map<String, ActivationScheme> straightThrough = Map.of();
  private final Map<Integer, String> names = new HashMap<>();
  private final Map<Integer, ScalarType> types = new HashMap<>();
  private final Map<Integer, Integer> uses = new HashMap<>();
  /** Values whose memory nobody else sees, so that their only user may overwrite it. */
  private final Set<Integer> fresh = new HashSet<>();

  /**
   * @param layers every quantizable layer by module
   * @param kernels how each of them is computed
   * @param stream element type of everything between layers: {@code F32} or {@code BF16}
   * @param attention how attention is computed
   * @param sizes extents of the graph's symbols for which blocks are chosen
   */
  Emitter(Graph graph, Map<String, Kernel.Layer> layers, Map<String, Kernel> kernels,
      ScalarType stream, boolean channelsLast, AttentionKernel attention, Map<String, Long> sizes) {
    this.attention = attention;
    this.sizes = sizes;
    this.channelsLast = channelsLast;
    this.graph = graph;
    this.layers = layers;
    this.kernels = kernels;
    this.stream = stream;
    graph.nodes().forEach(n -> n.inputs().forEach(v -> uses.merge(v.id(), 1, Integer::sum)));
    graph.outputs().values().forEach(v -> uses.merge(v.id(), 2, Integer::sum));
  }

  /** One for training: every layer in fp32 by aten's own operators, which can be differentiated. */
  static Emitter differentiable(Graph graph, Map<String, Long> sizes) {
    Map<String, Kernel.Layer> layers = new HashMap<>();
    Map<String, Kernel> kernels = new HashMap<>();
    graph.modules().forEach((module, node) -> {
      if (node.op() instanceof Op.Matrix op) {
        layers.put(module, new Kernel.Layer(module, op, 0, new long[0]));
        kernels.put(module, new FloatKernel(ScalarType.F32, false));
      }
    });
    return new Emitter(graph, layers, kernels, ScalarType.F32, true,
        new AttentionKernel(ScalarType.F32, false), sizes);
  }

  /** Source of {@code forward}: one tensor per graph input, a {@code Dict[str, Tensor]} of float32 results. */
  String method() {
    String arguments = begin();
    for (Node node : graph.nodes()) {
      emit(node);
    }
    return end("forward", arguments, results());
  }

  /** Starts with the graph's inputs; returns the parameters they need. */
  String begin() {
    return begin(start -> start.line("w = self.w"));
  }

  /**
   * The same for a network that will be differentiated: nothing is overwritten that a gradient needs.
   *
   * @param weights writes lines that make the dictionary {@code w}
   * @param inputs schemes of layers, by module, whose input is seen as its integers while gradients pass straight through
   */
  String beginDifferentiable(Consumer<Code> weights, Map<String, ActivationScheme> inputs) {
    differentiable = true;
    straightThrough = inputs;
    return begin(weights);
  }

  private String begin(Consumer<Code> weights) {
    List<String> arguments = new ArrayList<>();
    graph.inputs().forEach((argument, value) -> {
      arguments.add("a_" + argument + ": Tensor");
      name(value, "a_" + argument, ScalarType.F32);
    });
    weights.accept(code);
    for (Value input : graph.inputs().values()) {
      if (channelsLast && input.shape().rank() == 4) {
        name(input, code.let("torch.contiguous(" + name(input) + ", memory_format=2)"),
            ScalarType.F32);
      }
    }
    return String.join(", ", arguments);
  }

  /** Starts another method that is handed these values; returns the parameters they need. */
  String resume(List<Value> live) {
    code = new Code();
    code.line("w = self.w");
    List<String> arguments = new ArrayList<>();
    for (Value value : live) {
      names.put(value.id(), "l" + value.id());
      arguments.add("l" + value.id() + ": Tensor");
    }
    return String.join(", ", arguments);
  }

  /** Entries of a dictionary with the graph's results in float32. */
  List<String> results() {
    List<String> results = new ArrayList<>();
    graph.outputs()
        .forEach((result, value) -> results.add("\"" + result + "\": "
            + code.let("torch.contiguous(torch.to(" + name(value) + ", 6))")));
    return results;
  }

  /** The method being written. */
  Code code() {
    return code;
  }

  /** Ends a method that returns the given dictionary entries. */
  String end(String method, String arguments, List<String> entries) {
    code.line("return {" + String.join(", ", entries) + "}");
    return code.method(
        "def " + method + "(self: __torch__.Net, " + arguments + ") -> Dict[str, Tensor]:");
  }

  /** Counts a use from outside the graph: the value will not be overwritten. */
  void keep(Value value) {
    uses.merge(value.id(), 1, Integer::sum);
  }

  /** Name of a layer's input as float32, row-major, rounded as the layer's kernel sees it. */
  String seen(Node node) {
    ScalarType type = Objects.requireNonNull(kernels.get(node.module())).dtype();
    return code.let("torch.contiguous(torch.to(" + in(node, 0, type) + ", 6))");
  }

  /** Name of a value as float32, row-major. */
  String wide(Value value) {
    return code.let("torch.contiguous(torch.to(" + name(value) + ", 6))");
  }

  /** Writes one operation. */
  void emit(Node node) {
    if (node.op() instanceof Op.Matrix) {
      Kernel kernel = Objects.requireNonNull(kernels.get(node.module()));
      Kernel.Layer layer = Objects.requireNonNull(layers.get(node.module()));
      String y = code.let(kernel.emit(code, layer, seenBy(node, in(node, 0, kernel.dtype()))));
      result(node, as(y, kernel.dtype(), stream), true);
      return;
    }
    String x = node.op() instanceof Op.Embedding ? name(node.inputs().getFirst())
        : in(node, 0, inputType(node.op()));
    boolean own = owns(node.inputs().getFirst());
    String y = switch (node.op()) {
      case Op.Matrix _ -> throw new AssertionError("written above");
      case Op.GroupNorm n -> groupNorm(node, n, x);
      case Op.LayerNorm n ->
        "torch.layer_norm(" + x + ", [" + n.channels() + "], " + parameter(node, "weight") + ", "
            + parameter(node, "bias") + ", " + Code.number(n.eps()) + ")";
      case Op.Embedding _ ->
        cast("torch.embedding(" + parameter(node, "weight") + ", torch.to(" + x + ", 4))");
      case Op.AddPositions _ ->
        "torch.add(" + x + ", " + cast("torch.slice(" + parameter(node, "weight")
            + ", 0, 0, torch.size(" + x + ", 1))") + ")";
      case Op.Activation a -> activation(a.function(), x, own);
      case Op.Geglu _ -> geglu(node, x);
      case Op.Attention a -> attention(node, a);
      case Op.Add _ -> (own ? "torch.add_(" : "torch.add(") + x + ", " + in(node, 1, stream) + ")";
      case Op.AddPerChannel _ -> (own ? "torch.add_(" : "torch.add(") + x
          + ", torch.unsqueeze(torch.unsqueeze(" + in(node, 1, stream) + ", -1), -1))";
      case Op.Scale s -> "torch.mul(" + x + ", " + Code.number(s.factor()) + ")";
      case Op.Concat c -> "torch.cat([" + String.join(", ", all(node)) + "], " + c.dim() + ")";
      case Op.UpsampleNearest _ -> upsample(node, x);
      case Op.PixelsToTokens _ ->
        "torch.reshape(torch.permute(" + x + ", [0, 2, 3, 1]), [torch.size(" + x
            + ", 0), -1, torch.size(" + x + ", 1)])";
      case Op.TokensToPixels _ -> {
        String like = name(node.inputs().get(1));
        yield "torch.permute(torch.reshape(" + x + ", [torch.size(" + x + ", 0), torch.size(" + like
            + ", 2), torch.size(" + like + ", 3), torch.size(" + x + ", 2)]), [0, 3, 1, 2])";
      }
      case Op.TimestepEmbedding t -> cast(timestepEmbedding(t, x));
      case Op.Flatten _ -> "torch.reshape(" + x + ", [-1])";
      case Op.JoinRows _ ->
        "torch.reshape(" + x + ", [torch.size(" + name(node.inputs().get(1)) + ", 0), -1])";
      case Op.PoolEndOfText p -> pool(node, p, x);
      case Op.Chunk c -> chunk(node, c, x);
    };
    boolean view = node.op() instanceof Op.PixelsToTokens || node.op() instanceof Op.TokensToPixels
        || node.op() instanceof Op.Flatten || node.op() instanceof Op.JoinRows
        || node.op() instanceof Op.Chunk;
    name(node.output(), code.let(y), node.op() instanceof Op.Flatten ? ScalarType.F32 : stream);
    if (!view) {
      fresh.add(node.output().id());
    }
  }

  /** What a layer sees of its input. Layers with the same input and scheme share it. */
  private String seenBy(Node node, String x) {
    ActivationScheme scheme = straightThrough.get(node.module());
    if (scheme == null || !(node.op() instanceof Op.Matrix op)) {
      return x;
    }
    return code.once("seen " + x + " " + scheme + " " + (op instanceof Op.Linear), () -> {
      String detached = code.let("torch.detach(" + x + ")");
      String integers = QuantizeDequantize.input(code, op, scheme, detached);
      return new String[]{
          code.let("torch.add(" + x + ", torch.sub(" + integers + ", " + detached + "))")};
    })[0];
  }

  private String groupNorm(Node node, Op.GroupNorm n, String x) {
    long[] shape = node.inputs().getFirst().shape().at(sizes);
    boolean turned = channelsLast && shape.length == 4 && rowMajorIsFaster(shape);
    String y = "torch.group_norm("
        + (turned ? "torch.contiguous(" + x + ", memory_format=0)" : x) + ", " + n.groups() + ", "
        + parameter(node, "weight") + ", " + parameter(node, "bias") + ", " + Code.number(n.eps())
        + ")";
    return turned ? "torch.contiguous(" + y + ", memory_format=2)" : y;
  }

  /**
   * On small pictures aten's channels-last norm takes two to six times as long as its row-major one between two
   * transpositions, on large ones the transpositions take longer: measured from 4x4 to 64x64.
   */
  private static boolean rowMajorIsFaster(long[] shape) {
    long pixels = shape[2] * shape[3];
    return pixels >= FEW_PIXELS && shape[0] * shape[1] * pixels <= SMALL_PICTURE;
  }

  /** Sizes and timesteps stay exact until they are embedded. */
  private ScalarType inputType(Op op) {
    return op instanceof Op.TimestepEmbedding || op instanceof Op.Flatten ? ScalarType.F32 : stream;
  }

  private static String activation(Op.Activation.Function function, String x, boolean own) {
    return switch (function) {
      case SILU -> (own ? "torch.silu_(" : "torch.silu(") + x + ")";
      case GELU -> "torch.gelu(" + x + ")";
      case QUICK_GELU -> "torch.mul(" + x + ", torch.sigmoid(torch.mul(" + x + ", 1.702)))";
    };
  }

  private String geglu(Node node, String x) {
    long half = node.output().shape().dim(-1).at(Map.of());
    String gate =
        code.let("torch.gelu(torch.slice(" + x + ", -1, " + half + ", " + 2 * half + "))");
    return (differentiable ? "torch.mul(" : "torch.mul_(") + gate + ", torch.slice(" + x
        + ", -1, 0, " + half + "))";
  }

  private String attention(Node node, Op.Attention a) {
    String blocks = a.causal() ? null : inBlocks(node, a);
    if (blocks != null) {
      return as(code.let(blocks), attention.dtype(), stream);
    }
    List<String> heads = new ArrayList<>();
    for (String x : all(node)) {
      heads.add(code.let("torch.transpose(torch.reshape(" + x + ", [torch.size(" + x
          + ", 0), torch.size(" + x + ", 1), "
          + a.heads() + ", -1]), 1, 2)"));
    }
    String mixed =
        code.let("torch.scaled_dot_product_attention(" + String.join(", ", heads) + ", None, 0.0, "
            + (a.causal() ? "True" : "False") + ")");
    return "torch.reshape(torch.transpose(" + mixed + ", 1, 2), [torch.size(" + mixed
        + ", 0), torch.size(" + mixed
        + ", 2), " + node.output().shape().dim(-1) + "])";
  }

  private @Nullable String inBlocks(Node node, Op.Attention a) {
    // The bf16 method takes either type: it scales and centres before it rounds.
    ScalarType type = attention.dtype() == ScalarType.F32 ? ScalarType.F32 : stream;
    long[] q = node.inputs().get(0).shape().at(sizes);
    long keys = node.inputs().get(1).shape().at(sizes)[1];
    return attention.emit(in(node, 0, type), in(node, 1, type), in(node, 2, type), a.heads(), q[0],
        q[1], keys);
  }

  private String upsample(Node node, String x) {
    String like = node.inputs().size() > 1 ? name(node.inputs().get(1)) : "";
    String size = like.isEmpty()
        ? "torch.mul(torch.size(" + x + ", 2), 2), torch.mul(torch.size(" + x + ", 3), 2)"
        : "torch.size(" + like + ", 2), torch.size(" + like + ", 3)";
    return "torch.upsample_nearest2d(" + x + ", [" + size + "])";
  }

  private String timestepEmbedding(Op.TimestepEmbedding t, String x) {
    int half = t.width() / 2;
    String exponent = code.let("torch.div(torch.mul(torch.arange(0, " + half + ", dtype=6), "
        + Code.number(-Math.log(10000)) + "), " + Code.number(half - t.freqShift()) + ")");
    String angle = code.let("torch.mul(torch.unsqueeze(" + x + ", 1), torch.unsqueeze(torch.exp("
        + exponent + "), 0))");
    String sin = "torch.sin(" + angle + ")";
    String cos = "torch.cos(" + angle + ")";
    return "torch.cat([" + (t.flipSinToCos() ? cos + ", " + sin : sin + ", " + cos) + "], -1)";
  }

  private String pool(Node node, Op.PoolEndOfText p, String x) {
    String ids = "torch.to(" + name(node.inputs().get(1)) + ", 4)";
    String at = code.let(p.endOfText() < 0 ? "torch.argmax(" + ids + ", -1)"
        : "torch.argmax(torch.to(torch.eq(" + ids + ", " + p.endOfText() + "), 3), -1)");
    String index = code.let(
        "torch.expand(torch.reshape(" + at + ", [-1, 1, 1]), [-1, 1, torch.size(" + x + ", 2)])");
    return "torch.squeeze(torch.gather(" + x + ", 1, " + index + "), 1)";
  }

  private static String chunk(Node node, Op.Chunk c, String x) {
    long size = node.output().shape().dim(1).at(Map.of());
    return "torch.slice(" + x + ", 1, " + c.index() * size + ", " + (c.index() + 1) * size + ")";
  }

  private String parameter(Node node, String parameter) {
    return "w[\"" + node.module() + "." + parameter + "\"]";
  }

  private String cast(String expression) {
    return "torch.to(" + expression + ", " + stream.code() + ")";
  }

  private List<String> all(Node node) {
    List<String> inputs = new ArrayList<>();
    for (int i = 0; i < node.inputs().size(); i++) {
      inputs.add(in(node, i, stream));
    }
    return inputs;
  }

  private String in(Node node, int i, ScalarType type) {
    Value value = node.inputs().get(i);
    return as(name(value), Objects.requireNonNull(types.get(value.id())), type);
  }

  private String as(String name, ScalarType from, ScalarType to) {
    return from == to ? name : code.let("torch.to(" + name + ", " + to.code() + ")");
  }

  private boolean owns(Value value) {
    return !differentiable && fresh.contains(value.id()) && uses.getOrDefault(value.id(), 0) == 1;
  }

  private void result(Node node, String name, boolean owned) {
    name(node.output(), name, stream);
    if (owned) {
      fresh.add(node.output().id());
    }
  }

  private void name(Value value, String name, ScalarType type) {
    names.put(value.id(), name);
    types.put(value.id(), type);
  }

  /** Says that a value is held by another variable from now on. */
  void rename(Value value, String name) {
    names.put(value.id(), name);
  }

  /** Name of the variable that holds a value. */
  String name(Value value) {
    return Objects.requireNonNull(names.get(value.id()));
  }
}

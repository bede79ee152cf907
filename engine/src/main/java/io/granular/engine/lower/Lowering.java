package io.granular.engine.lower;

import io.granular.engine.network.Dim;
import io.granular.engine.network.Graph;
import io.granular.engine.network.Node;
import io.granular.engine.network.Op;
import io.granular.engine.network.Parameter;
import io.granular.engine.network.Shape;
import io.granular.engine.store.TensorSource;
import io.granular.engine.torch.JavaHeap;
import io.granular.engine.torch.LastingTensors;
import io.granular.engine.torch.ScalarType;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Script;
import io.granular.engine.torch.Torch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns a graph and a choice of kernels into something that runs, reading weights layer by layer. */
public final class Lowering {
  /** Watched tensors that one part of a tapped network may hold at once; a larger one stands alone. */
  private static final long TAPPED_BYTES = 64L << 20;

  private final Torch torch;
  private final PackTools tools;
  private final JavaHeap heap = new JavaHeap();

  public Lowering(Torch torch, PackTools tools) {
    this.torch = torch;
    this.tools = tools;
  }

  /** As below, with attention by libtorch's own operator. */
  public LoweredNetwork load(Graph graph, TensorSource weights, Map<String, Kernel> kernels,
      Map<String, Long> sizes) {
    return load(graph, weights, kernels,
        new AttentionKernel(Kernels.stream(kernels.values()), false), sizes);
  }

  /**
   * Compiles a network and packs its weights. No more than one layer is held twice at any time.
   *
   * @param weights under diffusers' names, not needed afterwards
   * @param kernels for every convolution and linear layer, by module
   * @param attention how attention is computed
   * @param sizes extents of the graph's symbols, for which the packing is chosen; others run too, more slowly
   * @throws IllegalArgumentException if weights are missing or have other shapes than the graph
   */
  public LoweredNetwork load(Graph graph, TensorSource weights, Map<String, Kernel> kernels,
      AttentionKernel attention, Map<String, Long> sizes) {
    return load(graph, weights, kernels, attention, Map.of(), sizes, true);
  }

  /**
   * As above, with a choice for embeddings and of memory order.
   *
   * @param tables the type each embedding is held in, by module; those left out are held as stored
   * @param channelsLast whether pictures travel as {@code [n, h, w, c]} in memory; row-major is for comparison only
   */
  public LoweredNetwork load(Graph graph, TensorSource weights, Map<String, Kernel> kernels,
      AttentionKernel attention, Map<String, ScalarType> tables, Map<String, Long> sizes,
      boolean channelsLast) {
    return load(graph, weights, kernels, attention, tables, sizes, channelsLast,
        StatisticsSource.NONE);
  }

  /**
   * As above, with treated layers.
   *
   * @param statistics of what they compute on
   */
  public LoweredNetwork load(Graph graph, TensorSource weights, Map<String, Kernel> kernels,
      AttentionKernel attention, Map<String, ScalarType> tables, Map<String, Long> sizes,
      boolean channelsLast, StatisticsSource statistics) {
    return load(graph, weights, kernels, attention, tables, sizes, channelsLast, statistics,
        List.of());
  }

  /**
   * A network whose layers are, as far as they can be, those of networks that are loaded: what has the same kernel shares
   * its packed weights, and only the layers that none of them has are packed.
   *
   * @param bases loaded by this class from the same weights for the same sizes; may be closed before the variant
   * @param graph that of the bases, perhaps a part of it, or with other results
   * @param kernels for every convolution and linear layer
   * @param statistics of what treated layers compute on, the same as the bases'
   */
  public LoweredNetwork variant(List<LoweredNetwork> bases, Graph graph, TensorSource weights,
      Map<String, Kernel> kernels, AttentionKernel attention, Map<String, ScalarType> tables,
      Map<String, Long> sizes, StatisticsSource statistics) {
    return load(graph, weights, kernels, attention, tables, sizes, true, statistics, bases);
  }

  private LoweredNetwork load(Graph graph, TensorSource weights, Map<String, Kernel> kernels,
      AttentionKernel attention, Map<String, ScalarType> tables, Map<String, Long> sizes,
      boolean channelsLast, StatisticsSource statistics, List<LoweredNetwork> bases) {
    ScalarType stream = Kernels.stream(kernels.values());
    Map<String, Kernel.Layer> layers = layers(graph, sizes);
    List<String> methods = new ArrayList<>(attention.methods());
    methods.add(
        new Emitter(graph, layers, kernels, stream, channelsLast, attention, sizes).method());
    Script script = Script.compile(methods);
    Packed packed =
        packAll(graph, weights, script, layers, kernels, tables, stream, statistics, bases, false);
    return new LoweredNetwork(script, graph.inputs(), packed.cost, Map.copyOf(kernels), attention,
        packed.stored);
  }

  /**
   * Writes a network as a TorchScript archive that PyTorch opens by itself: the same kernels on the same integers, but no
   * weight in this machine's own order, and floats by aten's operators.
   *
   * @param statistics of what treated layers compute on
   */
  public void save(Path file, Graph graph, TensorSource weights, Map<String, Kernel> kernels,
      Map<String, ScalarType> tables, Map<String, Long> sizes, StatisticsSource statistics)
      throws IOException {
    Map<String, Kernel> portable = new LinkedHashMap<>();
    kernels.forEach((module, kernel) -> portable.put(module, PortableKernels.of(kernel)));
    ScalarType stream = Kernels.stream(portable.values());
    AttentionKernel attention = new AttentionKernel(stream, false);
    Map<String, Kernel.Layer> layers = layers(graph, sizes);
    Emitter emitter = new Emitter(graph, layers, portable, stream, true, attention, sizes);
    emitter.portable();
    List<String> methods = new ArrayList<>(attention.methods());
    methods.add(emitter.method());
    try (Script script = Script.compile(methods)) {
      packAll(graph, weights, script, layers, portable, tables, stream, statistics, List.of(),
          true);
      script.save(file);
    }
  }

  /** As below, with attention by libtorch's own operator. */
  public TappedNetwork loadTapped(Graph graph, TensorSource weights, Map<String, Kernel> kernels,
      Map<String, Long> sizes, Set<String> watched, boolean outputs) {
    return loadTapped(graph, weights, kernels,
        new AttentionKernel(Kernels.stream(kernels.values()), false), sizes, watched, outputs);
  }

  /**
   * Compiles a network whose layers can be watched while it runs.
   *
   * @param watched modules of the convolutions and linear layers to watch
   * @param outputs whether their results are shown too, not only their inputs
   * @throws IllegalArgumentException as {@link #load}, or if a watched module is no such layer
   */
  public TappedNetwork loadTapped(Graph graph, TensorSource weights, Map<String, Kernel> kernels,
      AttentionKernel attention, Map<String, Long> sizes, Set<String> watched, boolean outputs) {
    return loadTapped(graph, weights, kernels, attention, sizes, watched, outputs, TAPPED_BYTES);
  }

  /** A loaded network under observation, inputs and results; it shares the packed weights. */
  public TappedNetwork tapped(LoweredNetwork base, Graph graph, TensorSource weights,
      Map<String, Long> sizes, Set<String> watched) {
    return loadTapped(graph, weights, base.kernels(), base.attention(), sizes, watched, true,
        TAPPED_BYTES, List.of(base));
  }

  TappedNetwork loadTapped(Graph graph, TensorSource weights, Map<String, Kernel> kernels,
      AttentionKernel attention, Map<String, Long> sizes, Set<String> watched, boolean outputs,
      long budget) {
    return loadTapped(graph, weights, kernels, attention, sizes, watched, outputs, budget,
        List.of());
  }

  private TappedNetwork loadTapped(Graph graph, TensorSource weights, Map<String, Kernel> kernels,
      AttentionKernel attention, Map<String, Long> sizes, Set<String> watched, boolean outputs,
      long budget, List<LoweredNetwork> bases) {
    ScalarType stream = Kernels.stream(kernels.values());
    Map<String, Kernel.Layer> layers = layers(graph, sizes);
    Emitter emitter = new Emitter(graph, layers, kernels, stream, true, attention, sizes);
    List<TapEmitter.Part> parts =
        new TapEmitter(graph, emitter, watched, outputs, sizes, budget).parts();
    List<String> methods = new ArrayList<>(attention.methods());
    parts.forEach(part -> methods.add(part.source()));
    Script script = Script.compile(methods);
    packAll(graph, weights, script, layers, kernels, Map.of(), stream, StatisticsSource.NONE,
        bases, false);
    return new TappedNetwork(torch, script, graph.inputs(), parts);
  }

  /** @param stored names of what each module keeps */
  private record Packed(Kernel.Cost cost, SequencedMap<String, List<String>> stored) {}

  private Packed packAll(Graph graph, TensorSource weights, Script script,
      Map<String, Kernel.Layer> layers, Map<String, Kernel> kernels,
      Map<String, ScalarType> tables, ScalarType stream, StatisticsSource statistics,
      List<LoweredNetwork> bases, boolean portable) {
    try (LastingTensors _ = LastingTensors.open()) {
      Kernel.Cost cost = new Kernel.Cost(0, 0);
      SequencedMap<String, List<String>> stored = new LinkedHashMap<>();
      for (Node node : graph.modules().values()) {
        try (Scope scope = torch.scope()) {
          Packer packer = new Packer(tools, scope, script, node.module(), portable);
          LayerWeights source = new LayerWeights(weights, node, packer, statistics);
          cost = cost.plus(pack(node, source, packer, layers, kernels,
              node.op() instanceof Op.Table ? tables.get(node.module()) : stream, bases));
          source.release();
          stored.put(node.module(), packer.kept());
        }
        heap.tidy();
      }
      return new Packed(cost, stored);
    } catch (RuntimeException e) {
      script.close();
      throw e;
    }
  }

  private static Kernel.Cost pack(Node node, LayerWeights source, Packer packer,
      Map<String, Kernel.Layer> layers, Map<String, Kernel> kernels, @Nullable ScalarType held,
      List<LoweredNetwork> bases) {
    Kernel kernel = kernels.get(node.module());
    Kernel.Layer layer = layers.get(node.module());
    if (node.op() instanceof Op.Matrix op && kernel != null && layer != null) {
      for (LoweredNetwork base : bases) {
        if (kernel.equals(base.kernels().get(node.module()))) {
          packer.share(base.script(), base.stored(node.module()));
          return kernel.cost(op);
        }
      }
      kernel.pack(packer, layer, source);
      return kernel.cost(op);
    }
    long bytes = 0;
    for (Parameter parameter : node.op().parameters()) {
      ScalarType type = held != null ? held : source.stored(parameter.name());
      String name = node.module() + "." + parameter.name();
      Optional<LoweredNetwork> base =
          bases.stream().filter(b -> b.script().kept(name).type() == type).findFirst();
      if (base.isPresent()) {
        packer.share(base.get().script(), List.of(name));
      } else {
        packer.put(parameter.name(), source.tensor(parameter.name(), type));
      }
      bytes += parameter.elements() * type.bytes();
    }
    return new Kernel.Cost(bytes, 0);
  }

  private static Map<String, Kernel.Layer> layers(Graph graph, Map<String, Long> sizes) {
    Map<String, Kernel.Layer> layers = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Op.Matrix op) {
        Shape shape = node.inputs().getFirst().shape();
        long[] input = shape.at(sizes);
        if (op instanceof Op.Conv2d conv) {
          input[2] += conv.padAfter();
          input[3] += conv.padAfter();
        }
        long rows =
            Arrays.stream(shape.with(-1, Dim.of(1)).at(sizes)).reduce(1, Math::multiplyExact);
        layers.put(node.module(), new Kernel.Layer(node.module(), op, rows, input));
      }
    }
    return layers;
  }
}

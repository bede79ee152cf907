package io.granular.engine.plan;

import io.granular.engine.lower.FloatKernel;
import io.granular.engine.lower.GgufKernel;
import io.granular.engine.lower.HalfStorageKernel;
import io.granular.engine.lower.Int8DynamicKernel;
import io.granular.engine.lower.Int8StaticKernel;
import io.granular.engine.lower.Kernel;
import io.granular.engine.lower.Kernels;
import io.granular.engine.lower.SimulatedKernel;
import io.granular.engine.lower.SimulatedStaticKernel;
import io.granular.engine.lower.TreatedKernel;
import io.granular.engine.lower.WeightOnlyKernel;
import io.granular.engine.network.Graph;
import io.granular.engine.network.Node;
import io.granular.engine.network.Op;
import io.granular.engine.network.Value;
import io.granular.engine.quant.GgmlType;
import io.granular.engine.quant.Granularity;
import io.granular.engine.torch.ScalarType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The most memory a network's values take at once, from shapes alone: walks the graph in the order in
 * which it runs, holds each value until its last use, lets views and in-place results share their
 * input's memory, and adds what a kernel needs while it computes.
 */
final class ActivationMemory {
  private final Map<String, Long> sizes;
  private final Map<String, Kernel> kernels;
  private final ScalarType stream;
  private final Map<Integer, Integer> uses = new HashMap<>();
  /** The value whose memory a value lies in, often itself. */
  private final Map<Integer, Integer> homes = new HashMap<>();
  private final Set<Integer> overwritable = new HashSet<>();
  /** Values of one home that are still to be read. */
  private final Map<Integer, Integer> pending = new HashMap<>();
  private final Map<Integer, Long> bytes = new HashMap<>();
  private long live;
  private long peak;

  private ActivationMemory(Map<String, Long> sizes, Map<String, Kernel> kernels) {
    this.sizes = sizes;
    this.kernels = kernels;
    this.stream = Kernels.stream(kernels.values());
  }

  /**
   * Peak bytes of one evaluation.
   *
   * @param sizes extents of the graph's symbols
   * @param kernels of every convolution and linear layer
   */
  static long peak(Graph graph, Map<String, Long> sizes, Map<String, Kernel> kernels) {
    ActivationMemory memory = new ActivationMemory(sizes, kernels);
    memory.walk(graph);
    return memory.peak;
  }

  private void walk(Graph graph) {
    graph.nodes().forEach(n -> n.inputs().forEach(v -> uses.merge(v.id(), 1, Integer::sum)));
    // Results outlive the evaluation, and so do inputs, which belong to the caller.
    graph.outputs().values().forEach(v -> uses.merge(v.id(), 2, Integer::sum));
    graph.inputs().values().forEach(v -> {
      uses.merge(v.id(), 1, Integer::sum);
      hold(v, elements(v) * ScalarType.F32.bytes());
    });
    for (Node node : graph.nodes()) {
      run(node);
    }
  }

  private void run(Node node) {
    Value first = node.inputs().getFirst();
    Value output = node.output();
    if (isView(node.op()) || (overwrites(node.op()) && owned(first))) {
      share(output, first);
    } else {
      hold(output, elements(output) * stream.bytes());
    }
    if (!isView(node.op())) {
      overwritable.add(output.id());
    }
    peak = Math.max(peak, live + workspace(node));
    node.inputs().forEach(v -> release(Objects.requireNonNull(homes.get(v.id()))));
  }

  private void hold(Value value, long size) {
    homes.put(value.id(), value.id());
    bytes.put(value.id(), size);
    pending.put(value.id(), uses.getOrDefault(value.id(), 0));
    live += size;
    peak = Math.max(peak, live);
  }

  private void share(Value value, Value with) {
    int home = Objects.requireNonNull(homes.get(with.id()));
    homes.put(value.id(), home);
    pending.merge(home, uses.getOrDefault(value.id(), 0), Integer::sum);
  }

  private void release(int home) {
    if (pending.merge(home, -1, Integer::sum) == 0) {
      live -= Objects.requireNonNull(bytes.get(home));
    }
  }

  private boolean owned(Value value) {
    return overwritable.contains(value.id()) && uses.getOrDefault(value.id(), 0) == 1;
  }

  private static boolean isView(Op op) {
    return op instanceof Op.PixelsToTokens || op instanceof Op.TokensToPixels
        || op instanceof Op.Flatten || op instanceof Op.JoinRows || op instanceof Op.Chunk;
  }

  private static boolean overwrites(Op op) {
    return op instanceof Op.Add || op instanceof Op.AddPerChannel
        || (op instanceof Op.Activation(var function) && function == Op.Activation.Function.SILU);
  }

  /** What is held only while a node computes, besides its inputs and its result. */
  private long workspace(Node node) {
    if (!(node.op() instanceof Op.Matrix op)) {
      return 0;
    }
    Kernel kernel = Objects.requireNonNull(kernels.get(node.module()));
    long in = elements(node.inputs().getFirst());
    long out = elements(node.output());
    long casts = kernel.dtype() == stream ? 0 : (in + out) * kernel.dtype().bytes();
    return casts + workspace(kernel, op, in, out);
  }

  private static long workspace(Kernel kernel, Op.Matrix op, long in, long out) {
    long weights = op.rows() * op.columns();
    // Convolutions copy weights that are not prepacked twice more: channels last, then blocked.
    long widened = (op instanceof Op.Conv2d ? 12 : 4) * weights;
    return switch (kernel) {
      case FloatKernel _ -> 0;
      case HalfStorageKernel _ -> widened;
      case WeightOnlyKernel only -> widened + (only.weights().bits() == 8 ? 0 : 2 * weights);
      case GgufKernel gguf -> widened + (gguf.type() == GgmlType.Q8_0 ? 0 : 2 * weights);
      case Int8DynamicKernel int8 ->
        // Divided by its scale in fp32, then quantized, then read as plain bytes.
        int8.activations().granularity() instanceof Granularity.PerToken ? 6 * in : 2 * in;
      case Int8StaticKernel _ -> 2 * in;
      case SimulatedStaticKernel _ -> 8 * in;
      case SimulatedKernel simulated -> simulated.activations() == null ? 0 : 8 * in;
      case TreatedKernel treated -> {
        // A changed copy of the input, and a second result from the branch or the other part.
        boolean two = treated.boundary() > 0 || treated.treatments().lowRank() > 0;
        long copies = (treated.treatments().changeInput() ? in : 0) + (two ? out : 0);
        yield copies * treated.dtype().bytes() + workspace(treated.inner(), op, in, out);
      }
    };
  }

  private long elements(Value value) {
    return Arrays.stream(value.shape().at(sizes)).reduce(1, Math::multiplyExact);
  }
}

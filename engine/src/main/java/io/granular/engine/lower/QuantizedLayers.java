package io.granular.engine.lower;

import io.granular.engine.network.Graph;
import io.granular.engine.network.Node;
import io.granular.engine.network.Op;
import io.granular.engine.quant.GgmlType;
import io.granular.engine.quant.QuantizedWeight;
import io.granular.engine.quant.TensorScheme;
import io.granular.engine.quant.ValueRange;
import io.granular.engine.quant.WeightScheme;
import io.granular.engine.store.TensorSource;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The quantized weights of one network as its kernels would pack them, for saving: the same integers and blocks, treated and
 * cached in the same way.
 */
public final class QuantizedLayers {
  private final Graph graph;
  private final TensorSource weights;
  private final StatisticsSource statistics;

  /** @param statistics of what treated layers compute on */
  public QuantizedLayers(Graph graph, TensorSource weights, StatisticsSource statistics) {
    this.graph = graph;
    this.weights = weights;
    this.statistics = statistics;
  }

  /**
   * The weight of a layer.
   *
   * @param module within the network
   * @param kernel of a quantized layer
   * @throws IllegalArgumentException if the kernel computes with floats, or the weights do not fit the graph
   */
  public QuantizedWeight of(String module, Kernel kernel) {
    Node node = Objects.requireNonNull(graph.modules().get(module), module);
    if (!(node.op() instanceof Op.Matrix op)) {
      throw new IllegalArgumentException(module + " has no matrix");
    }
    LayerWeights source = new LayerWeights(weights, node, null, statistics);
    QuantizedWeight quantized =
        quantized(new Kernel.Layer(module, op, 0, new long[0]), kernel, source);
    source.release();
    return quantized;
  }

  private static QuantizedWeight quantized(Kernel.Layer layer, Kernel kernel,
      LayerWeights source) {
    if (kernel instanceof TreatedKernel treated) {
      return new QuantizedWeight.Integers(treated.weights(), treated.treatments(),
          treated.boundary(), taps(layer.op()), treated.parts(layer, source));
    }
    StoredForm form = StoredForm.of(kernel)
        .orElseThrow(
            () -> new IllegalArgumentException(layer.module() + " computes with floats"));
    return plain(layer.op(), form.scheme(), source);
  }

  private static QuantizedWeight plain(Op.Matrix op, TensorScheme scheme, LayerWeights source) {
    int rows = Math.toIntExact(op.rows());
    int columns = Math.toIntExact(op.columns());
    if (scheme instanceof GgmlType type) {
      return new QuantizedWeight.Blocks(type, rows, columns,
          MemorySegment.ofArray(source.blocks(op, type)));
    }
    if (scheme instanceof WeightScheme integers) {
      return QuantizedWeight.Integers.plain(source.quantize(op, integers), integers, taps(op));
    }
    throw new IllegalArgumentException(scheme + " is no scheme of weights");
  }

  /** The range of a layer's input that its static kernel was given; null for other kernels. */
  public static @Nullable ValueRange range(Kernel kernel) {
    return switch (kernel) {
      case TreatedKernel treated -> range(treated.inner());
      case Int8StaticKernel(_, _, var range, _) -> range;
      case SimulatedStaticKernel(_, _, var range) -> range;
      case FloatKernel _,HalfStorageKernel _,WeightOnlyKernel _,GgufKernel _,Int8DynamicKernel _,SimulatedKernel _ ->
        null;
    };
  }

  /** Numbers per input channel. */
  private static int taps(Op.Matrix op) {
    return switch (op) {
      case Op.Linear _ -> 1;
      case Op.Conv2d c -> c.kernel() * c.kernel();
    };
  }
}

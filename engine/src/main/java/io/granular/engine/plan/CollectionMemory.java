package io.granular.engine.plan;

import io.granular.engine.lower.Kernel;
import io.granular.engine.lower.TreatedKernel;
import io.granular.engine.network.Graph;
import io.granular.engine.network.InputView;
import io.granular.engine.network.Op;
import io.granular.engine.network.Parameter;
import io.granular.engine.torch.JavaHeap;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a run holds while statistics for treated layers are collected, and while GPTQ works on them: the U-Net in full
 * precision, sums of its inputs, and what the largest input takes when it is unfolded.
 */
public final class CollectionMemory {
  /** Hessians that are collected at once. */
  public static final long HESSIANS = 512L << 20;

  /** Java arrays of the largest Hessian: as it was collected, and its factor. */
  private static final int COPIES = 2;

  private CollectionMemory() {}

  /**
   * Bytes on top of the U-Net's packed weights; 0 for a plan that needs no statistics.
   *
   * @param activations the U-Net's, while it runs
   */
  static long of(Plan plan, Graph unet, Map<String, Long> sizes, long activations) {
    Map<String, Kernel> kernels = plan.kernels("unet");
    Set<InputView> seen = new HashSet<>();
    long hessians = 0;
    long largest = 0;
    long unfolded = 0;
    boolean needed = false;
    for (var layer : unet.modules().entrySet()) {
      if (kernels.get(layer.getKey()) instanceof TreatedKernel treated
          && treated.treatments().needStatistics()
          && layer.getValue().op() instanceof Op.Matrix op) {
        needed = true;
        long columns = widest(treated.hessians(op), op);
        largest = Math.max(largest, 4 * columns * columns);
        if (seen.add(InputView.of(layer.getValue()))) {
          hessians += treated.hessians(op).stream().mapToLong(b -> bytes(b, op)).sum();
          long[] shape = layer.getValue().inputs().getFirst().shape().at(sizes);
          long positions = Arrays.stream(shape).reduce(1, (a, b) -> a * b) / channels(op);
          unfolded = Math.max(unfolded, 4 * columns * positions);
        }
      }
    }
    if (!needed) {
      return 0;
    }
    long held = Math.min(hessians, HESSIANS);
    long exact = 4 * unet.modules()
        .values()
        .stream()
        .flatMap(node -> node.op().parameters().stream())
        .mapToLong(Parameter::elements)
        .sum();
    // All is collected before the first layer of the U-Net is packed, unless it takes several passes.
    long later = hessians > HESSIANS ? 0
        : plan.only("unet"::equals).cost().total();
    return held
        + Math.max(exact + activations + unfolded - later, COPIES * largest + JavaHeap.ROOM);
  }

  private static long bytes(List<Integer> blocks, Op.Matrix op) {
    long taps = op.columns() / channels(op);
    return blocks.stream().mapToLong(n -> 4 * n * taps * n * taps).sum();
  }

  private static long widest(List<List<Integer>> hessians, Op.Matrix op) {
    return hessians.stream().flatMap(List::stream).mapToLong(n -> n).max().orElse(0)
        * (op.columns() / channels(op));
  }

  private static int channels(Op.Matrix op) {
    return switch (op) {
      case Op.Linear l -> l.in();
      case Op.Conv2d c -> c.in();
    };
  }
}

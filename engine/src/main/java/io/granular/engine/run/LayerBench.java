package io.granular.engine.run;

import io.granular.engine.diffusion.TorchRandom;
import io.granular.engine.lower.Kernel;
import io.granular.engine.lower.LayerTimer;
import io.granular.engine.network.Dim;
import io.granular.engine.network.Node;
import io.granular.engine.network.Op;
import io.granular.engine.network.Shape;
import io.granular.engine.store.TensorSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Times every kind of layer of a U-Net by itself, so that it can be seen where a kernel gains and where it does not. */
final class LayerBench {
  /** Numbers that are drawn; inputs repeat them. */
  private static final int NOISE = 1 << 16;

  private final LayerTimer timer;

  LayerBench(LayerTimer timer) {
    this.timer = timer;
  }

  /** Layers that are timed together because they differ in nothing that matters to a kernel. */
  private record Kind(Op.Matrix op, List<Long> input) {}

  /** Times one layer of every kind, in the order in which they first run. */
  List<Bench.LayerTiming> time(BenchShape shape, TensorSource weights,
      Map<String, Kernel> kernels) {
    Map<Kind, List<Node>> kinds = new LinkedHashMap<>();
    for (Node node : shape.unet().modules().values()) {
      if (node.op() instanceof Op.Matrix op) {
        long[] input = node.inputs().getFirst().shape().at(shape.sizes());
        kinds.computeIfAbsent(new Kind(op, Arrays.stream(input).boxed().toList()),
            kind -> new ArrayList<>()).add(node);
      }
    }
    float[] noise = new TorchRandom(0).randn(NOISE);
    List<Bench.LayerTiming> timings = new ArrayList<>();
    kinds.forEach((kind, nodes) -> {
      Node node = nodes.getFirst();
      Shape symbols = node.inputs().getFirst().shape();
      long[] input = symbols.at(shape.sizes());
      long rows = product(symbols.with(-1, Dim.of(1)).at(shape.sizes()));
      Kernel kernel = Objects.requireNonNull(kernels.get(node.module()));
      double seconds = timer.seconds(node, kernel, weights, rows,
          tiled(noise, Math.toIntExact(product(input))), input);
      timings.add(new Bench.LayerTiming(node.module(), word(kind.op), kind.input, nodes.size(),
          kernel.id(), seconds));
    });
    return timings;
  }

  private static float[] tiled(float[] values, int length) {
    float[] tiled = new float[length];
    for (int at = 0; at < length; at += values.length) {
      System.arraycopy(values, 0, tiled, at, Math.min(values.length, length - at));
    }
    return tiled;
  }

  private static long product(long[] extents) {
    return Arrays.stream(extents).reduce(1, Math::multiplyExact);
  }

  private static String word(Op.Matrix op) {
    return switch (op) {
      case Op.Linear l -> "linear " + l.in() + " > " + l.out();
      case Op.Conv2d c -> "conv " + c.kernel() + "x" + c.kernel() + (c.stride() > 1
          ? "/" + c.stride()
          : "") + " " + c.in() + " > " + c.out();
    };
  }
}

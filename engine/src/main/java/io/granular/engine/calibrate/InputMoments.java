package io.granular.engine.calibrate;

import io.granular.engine.lower.Tap;
import io.granular.engine.network.Op;
import io.granular.engine.quant.LayerStatistics;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Script;
import io.granular.engine.torch.Tensor;
import io.granular.engine.torch.Torch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Sums up the inputs of some layers while a network runs: means, largest magnitudes and, where asked, {@code X^T X}. The
 * sums are libtorch's, in fp32.
 */
public final class InputMoments implements Tap, AutoCloseable {
  /** Of each evaluation at most about so many positions enter a Hessian, evenly spread over the input. */
  private static final int POSITIONS = 512;
  private static final long ALL = Long.MAX_VALUE;

  private static final List<String> METHODS = List.of(
      """
          def zeros(self: __torch__.Net, name: str, shape: List[int]) -> int:
            w = self.w
            torch._set_item(w, name, torch.zeros(shape, dtype=6))
            return torch.len(w)
          """,
      """
          def moments(self: __torch__.Net, x: Tensor, sum: str, largest: str) -> int:
            w = self.w
            a = torch.add_(w[sum], torch.sum(x, [0]))
            b = torch.copy_(w[largest], torch.maximum(w[largest], torch.amax(torch.abs(x), [0])))
            return torch.len(w)
          """,
      """
          def rows(self: __torch__.Net, x: Tensor, start: int, end: int) -> Tensor:
            part = torch.slice(x, -1, start, end)
            return torch.reshape(part, [-1, torch.sub(end, start)])
          """,
      """
          def pixels(self: __torch__.Net, x: Tensor, start: int, end: int) -> Tensor:
            part = torch.permute(torch.slice(x, 1, start, end), [0, 2, 3, 1])
            return torch.reshape(part, [-1, torch.sub(end, start)])
          """,
      """
          def product(self: __torch__.Net, x: Tensor, name: str, step: int, all: int) -> int:
            w = self.w
            r = torch.slice(x, 0, 0, all, step)
            a = torch.addmm_(w[name], torch.t(r), r)
            return torch.len(w)
          """,
      """
          def unfolded(self: __torch__.Net, x: Tensor, start: int, end: int, kernel: List[int], padding: List[int], stride: List[int], name: str, step: int, all: int) -> int:
            w = self.w
            part = torch.contiguous(torch.slice(x, 1, start, end))
            u = torch.slice(torch.im2col(part, kernel, [1, 1], padding, stride), 2, 0, all, step)
            c = torch.reshape(torch.permute(u, [1, 0, 2]), [torch.size(u, 1), -1])
            a = torch.addmm_(w[name], c, torch.t(c))
            return torch.len(w)
          """,
      """
          def held(self: __torch__.Net, name: str) -> Tensor:
            return self.w[name]
          """);

  /**
   * A layer to be watched.
   *
   * @param op what it computes
   * @param boundary input channels of its first part, 0 if it is in one piece
   * @param hessians of each part the input channels of the blocks of {@code X^T X} that are wanted; none for none
   */
  public record Watched(Op.Matrix op, int boundary, List<List<Integer>> hessians) {
    public Watched {
      hessians = List.copyOf(hessians);
    }

    /** Bytes of its Hessians. */
    public long bytes() {
      return parts().stream()
          .flatMap(part -> part.blocks().stream())
          .mapToLong(b -> 4 * b.columns() * b.columns())
          .sum();
    }

    private List<Part> parts() {
      int channels = switch (op) {
        case Op.Linear l -> l.in();
        case Op.Conv2d c -> c.in();
      };
      long taps = op.columns() / channels;
      return boundary == 0 ? List.of(new Part(0, channels, taps, hessians.getFirst()))
          : List.of(new Part(0, boundary, taps, hessians.getFirst()),
              new Part(boundary, channels, taps, hessians.getLast()));
    }
  }

  /** Input channels {@code from .. to}. */
  private record Part(int from, int to, long taps, List<Integer> hessians) {
    long columns() {
      return (to - from) * taps;
    }

    /** What the blocks of its Hessian are about. */
    List<Part> blocks() {
      List<Part> blocks = new ArrayList<>();
      int at = from;
      for (int size : hessians) {
        blocks.add(new Part(at, at + size, taps, List.of()));
        at += size;
      }
      return blocks;
    }
  }

  private final Torch torch;
  private final Script script = Script.compile(METHODS);
  private final Map<String, Watched> layers;
  private final Map<String, Long> rows = new HashMap<>();

  /** @param layers by module */
  public InputMoments(Torch torch, Map<String, Watched> layers) {
    this.torch = torch;
    this.layers = new LinkedHashMap<>(layers);
    layers.forEach((module, layer) -> IntStream.range(0, layer.parts().size()).forEach(i -> {
      Part part = layer.parts().get(i);
      String name = name(module, i);
      zeros(name + "sum", part.to - part.from);
      zeros(name + "largest", part.to - part.from);
      for (Part block : part.blocks()) {
        zeros(hessian(name, block), block.columns(), block.columns());
      }
    }));
  }

  /** The modules to watch. */
  public Set<String> watched() {
    return layers.keySet();
  }

  @Override
  public void input(String module, Tensor x) {
    Watched layer = Objects.requireNonNull(layers.get(module));
    try (Scope scope = torch.scope()) {
      for (int i = 0; i < layer.parts().size(); i++) {
        add(scope, layer, layer.parts().get(i), name(module, i), x);
      }
    }
  }

  /** What was seen of a layer's input, one for each part. */
  public List<LayerStatistics> of(String module) {
    Watched layer = Objects.requireNonNull(layers.get(module));
    return IntStream.range(0, layer.parts().size()).mapToObj(i -> {
      String name = name(module, i);
      long count = rows.getOrDefault(name, 0L);
      if (count == 0) {
        throw new IllegalStateException(module + " was watched but never ran");
      }
      float[] mean = get(name + "sum");
      for (int j = 0; j < mean.length; j++) {
        mean[j] /= count;
      }
      return new LayerStatistics(mean, get(name + "largest"), layer.parts()
          .get(i)
          .blocks()
          .stream()
          .map(block -> get(hessian(name, block)))
          .toList());
    }).toList();
  }

  private void add(Scope scope, Watched layer, Part part, String name, Tensor x) {
    boolean conv = layer.op() instanceof Op.Conv2d;
    Tensor matrix = script.tensor(scope, conv ? "pixels" : "rows", x, part.from, part.to);
    long positions = matrix.elements() / (part.to - part.from);
    rows.merge(name, positions, Long::sum);
    script.number("moments", matrix, name + "sum", name + "largest");
    for (Part block : part.blocks()) {
      square(scope, layer.op(), block, hessian(name, block), x);
    }
  }

  private void square(Scope scope, Op.Matrix op, Part block, String name, Tensor x) {
    long from = block.from;
    long to = block.to;
    long positions = x.elements() / x.shape()[op instanceof Op.Conv2d ? 1 : x.shape().length - 1];
    switch (op) {
      case Op.Linear _ -> script.number("product", script.tensor(scope, "rows", x, from, to), name,
          Math.ceilDiv(positions, POSITIONS), ALL);
      case Op.Conv2d c -> {
        long outputs = positions / ((long) c.stride() * c.stride());
        script.number("unfolded", x, from, to, pair(c.kernel()), pair(c.padding()),
            pair(c.stride()), name, Math.max(1, Math.ceilDiv(outputs, POSITIONS)), ALL);
      }
    }
  }

  private float[] get(String name) {
    try (Scope scope = torch.scope()) {
      return script.tensor(scope, "held", name).floats();
    }
  }

  private void zeros(String name, long... shape) {
    script.number("zeros", name, shape);
  }

  private static String hessian(String name, Part block) {
    return name + "hessian" + block.from;
  }

  private static String name(String module, int part) {
    return module + "[" + part + "].";
  }

  private static long[] pair(int n) {
    return new long[]{n, n};
  }

  /** Frees the sums. */
  @Override
  public void close() {
    script.close();
  }
}

package io.granular.engine.lower;

import io.granular.engine.network.Op;
import io.granular.engine.quant.Hadamard;
import io.granular.engine.quant.HessianBlocks;
import io.granular.engine.quant.LayerStatistics;
import io.granular.engine.quant.LowRank;
import io.granular.engine.quant.TreatedWeight;
import io.granular.engine.quant.Treatments;
import io.granular.engine.quant.WeightScheme;
import io.granular.engine.torch.ScalarType;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Another kernel on treated weights: smooths and rotates the input for it, runs it once for each part of a split input,
 * and adds the low-rank branch.
 *
 * @param inner what multiplies the integers
 * @param weights scheme of the integers
 * @param boundary input channels of the first part; 0 if the layer is in one piece
 */
public record TreatedKernel(Kernel inner, WeightScheme weights, Treatments treatments,
    int boundary) implements Kernel {

  /** One part of the layer: the columns of its input channels {@code from .. to}. */
  private record Part(Layer layer, int from, int to) {}

  @Override
  public String id() {
    return inner.id() + "+" + String.join("+", treatments.names());
  }

  @Override
  public boolean simulated() {
    return inner.simulated();
  }

  @Override
  public boolean uncalibrated() {
    return inner.uncalibrated();
  }

  @Override
  public ScalarType dtype() {
    return inner.dtype();
  }

  @Override
  public Cost cost(Op.Matrix op) {
    Cost cost = new Cost(0, 0);
    for (Part part : parts(new Layer("", op, 0, new long[0]))) {
      Op.Matrix own = part.layer.op();
      long smooth = treatments.smooth() == null ? 0 : channels(own) * 4L;
      long branch = 2 * rank(own) * (own.rows() + own.columns());
      cost = cost.plus(inner.cost(own)).plus(new Cost(branch, smooth));
    }
    return cost;
  }

  @Override
  public long scratch(Op.Matrix op, long inputs, long outputs) {
    // A changed copy of the input, and a second result from the branch or the other part.
    boolean two = boundary > 0 || treatments.lowRank() > 0;
    long copies = (treatments.changeInput() ? inputs : 0) + (two ? outputs : 0);
    return copies * dtype().bytes() + inner.scratch(op, inputs, outputs);
  }

  @Override
  public long runtime() {
    return (boundary > 0 ? 2 : 1) * inner.runtime();
  }

  /** Input channels of the blocks of each part's Hessian; empty lists if GPTQ does not need them. */
  public List<List<Integer>> hessians(Op.Matrix op) {
    return hessians(op, weights, treatments, boundary);
  }

  /** The same for a layer without a kernel; the list of a part is empty too if none of its blocks would be small enough. */
  public static List<List<Integer>> hessians(Op.Matrix op, WeightScheme weights,
      Treatments treatments, int boundary) {
    int channels = channels(op);
    int taps = Math.toIntExact(op.columns() / channels);
    return (boundary == 0 ? Stream.of(channels) : Stream.of(boundary, channels - boundary))
        .map(part -> treatments.gptq() == null
            ? List.<Integer>of()
            : HessianBlocks.of(part, taps, weights, treatments.rotate()))
        .toList();
  }

  @Override
  public long breakEven(Op.Matrix op) {
    return inner.breakEven(op);
  }

  @Override
  public void pack(Packer packer, Layer layer, LayerWeights source) {
    float[] bias = bias(layer.op(), source);
    List<Part> parts = parts(layer);
    List<TreatedWeight> treated = parts(layer, source);
    for (TreatedWeight one : treated) {
      float[] shift = one.shift();
      for (int row = 0; bias != null && shift != null && row < bias.length; row++) {
        bias[row] += shift[row];
      }
    }
    for (int i = 0; i < parts.size(); i++) {
      put(packer.part(parts.get(i).layer.module()), parts.get(i).layer, source, treated.get(i),
          bias);
    }
  }

  /** The weight's parts after their treatments. */
  List<TreatedWeight> parts(Layer layer, LayerWeights source) {
    return source.treated(this, () -> treat(parts(layer), layer.op(), source));
  }

  @Override
  public String emit(Code code, Layer layer, String x) {
    String sum = "";
    for (Part part : parts(layer)) {
      String y = part(code, part, boundary == 0 ? x : slice(code, part, x));
      sum = sum.isEmpty() ? y : code.let("torch.add_(" + sum + ", " + y + ")");
    }
    return sum;
  }

  private List<TreatedWeight> treat(List<Part> parts, Op.Matrix whole, LayerWeights source) {
    float[] weight = source.floats("weight");
    List<LayerStatistics> statistics =
        treatments.needStatistics() ? source.statistics() : List.of();
    return IntStream.range(0, parts.size())
        .mapToObj(i -> treat(parts.get(i), weight, whole,
            statistics.isEmpty() ? null : statistics.get(i)))
        .toList();
  }

  private TreatedWeight treat(Part part, float[] weight, Op.Matrix whole,
      @Nullable LayerStatistics statistics) {
    int rows = Math.toIntExact(whole.rows());
    int columns = Math.toIntExact(whole.columns());
    int taps = columns / channels(whole);
    int from = part.from * taps;
    int width = (part.to - part.from) * taps;
    float[] own = weight;
    if (width < columns) {
      own = new float[rows * width];
      for (int row = 0; row < rows; row++) {
        System.arraycopy(weight, row * columns + from, own, row * width, width);
      }
    }
    return TreatedWeight.of(own, rows, taps, weights, treatments, statistics);
  }

  private void put(Packer packer, Layer layer, LayerWeights source, TreatedWeight treated,
      float @Nullable [] bias) {
    float[] smooth = treated.smooth();
    if (smooth != null) {
      float[] inverse = new float[smooth.length];
      for (int i = 0; i < inverse.length; i++) {
        inverse[i] = 1 / smooth[i];
      }
      packer.put("smooth", packer.scope()
          .of(inverse,
              layer.op() instanceof Op.Conv2d
                  ? new long[]{1, inverse.length, 1, 1}
                  : new long[]{inverse.length}));
    }
    LowRank branch = treated.lowRank();
    if (branch != null) {
      half(packer, "left", branch.left(), left(layer.op(), branch.rank()));
      half(packer, "right", branch.right(), right(layer.op(), branch.rank()));
    }
    inner.pack(packer, layer, new TreatedWeights(source, packer, treated.integers(), bias));
  }

  private static void half(Packer packer, String name, float[] values, Op.Matrix op) {
    long[] shape = op.parameters().getFirst().shape().stream().mapToLong(n -> n).toArray();
    packer.put(name,
        packer.convert(packer.scope().of(values, shape), ScalarType.F32, ScalarType.F16));
  }

  /** The layer's bias, or zeros where only its correction is to be added; null for neither. */
  private float @Nullable [] bias(Op.Matrix op, LayerWeights source) {
    return op.bias() ? source.floats("bias")
        : treatments.biasCorrection() ? new float[Math.toIntExact(op.rows())] : null;
  }

  private String part(Code code, Part part, String x) {
    Layer layer = part.layer;
    String input = x;
    if (treatments.smooth() != null) {
      String scale = code.let(cast(layer.stored("smooth")));
      input = code.let("torch.mul(" + input + ", " + scale + ")");
    }
    if (treatments.rotate()) {
      input = rotate(code, layer.op(), input);
    }
    String y = code.let(inner.emit(code, layer, input));
    long rank = rank(layer.op());
    if (rank == 0) {
      return y;
    }
    Layer right = new Layer(layer.module(), right(layer.op(), rank), layer.rows(), layer.input());
    Layer left = new Layer(layer.module(), left(layer.op(), rank), layer.rows(), layer.input());
    String narrow =
        code.let(code.aten(right, input, cast(layer.stored("right")), "None"));
    String branch = code.let(code.aten(left, narrow, cast(layer.stored("left")), "None"));
    return code.let("torch.add_(" + y + ", " + branch + ")");
  }

  /** Multiplies the channels, block by block, by a Hadamard matrix; layers with the same input share the result. */
  private String rotate(Code code, Op.Matrix op, String x) {
    int channels = channels(op);
    int block = Hadamard.block(channels);
    return code.once("rotated " + x, () -> {
      String h = matrix(code, block);
      if (op instanceof Op.Linear) {
        String blocks = code.let("torch.reshape(" + x + ", [-1, " + block + "])");
        String turned = code.let("torch.matmul(" + blocks + ", " + h + ")");
        return new String[]{code.let("torch.view(" + turned + ", torch.size(" + x + "))")};
      }
      // Channels come last in memory, so that this is a view.
      String pixels = code.let("torch.permute(" + x + ", [0, 2, 3, 1])");
      String blocks = code.let("torch.reshape(" + pixels + ", [-1, " + block + "])");
      String turned = code.let("torch.matmul(" + blocks + ", " + h + ")");
      return new String[]{code.let("torch.permute(torch.view(" + turned + ", torch.size(" + pixels
          + ")), [0, 3, 1, 2])")};
    })[0];
  }

  /** Sylvester's matrix, doubled from [1] up; made anew in each evaluation, which takes microseconds and no memory. */
  private String matrix(Code code, int block) {
    return code.once("hadamard " + block + " " + dtype(), () -> {
      String h = code.let("torch.full([1, 1], " + Code.number(1 / Math.sqrt(block)) + ", dtype="
          + dtype().code() + ")");
      for (int size = 1; size < block; size *= 2) {
        String above = code.let("torch.cat([" + h + ", " + h + "], 1)");
        String below = code.let("torch.cat([" + h + ", torch.neg(" + h + ")], 1)");
        h = code.let("torch.cat([" + above + ", " + below + "], 0)");
      }
      return new String[]{h};
    })[0];
  }

  private static String slice(Code code, Part part, String x) {
    return code.once("slice " + part.from + " " + part.to + " " + x, () -> {
      boolean conv = part.layer.op() instanceof Op.Conv2d;
      return new String[]{code.let("torch.contiguous(torch.slice(" + x + ", " + (conv ? 1 : -1)
          + ", " + part.from + ", " + part.to + ")" + (conv ? ", memory_format=2)" : ")"))};
    })[0];
  }

  private String cast(String expression) {
    return "torch.to(" + expression + ", " + dtype().code() + ")";
  }

  private List<Part> parts(Layer layer) {
    int channels = channels(layer.op());
    boolean bias = layer.op().bias() || treatments.biasCorrection();
    if (boundary == 0) {
      return List.of(new Part(with(layer, layer.module(), channels, bias), 0, channels));
    }
    return List.of(
        new Part(with(layer, layer.module() + "[hidden]", boundary, bias), 0, boundary),
        new Part(with(layer, layer.module() + "[skip]", channels - boundary, false), boundary,
            channels));
  }

  private static Layer with(Layer layer, String module, int channels, boolean bias) {
    return switch (layer.op()) {
      case Op.Linear l ->
        new Layer(module, new Op.Linear(channels, l.out(), bias), layer.rows(), layer.input());
      case Op.Conv2d c -> {
        long[] input = Arrays.copyOf(layer.input(), layer.input().length);
        if (input.length == 4) {
          input[1] = channels;
        }
        yield new Layer(module, new Op.Conv2d(channels, c.out(), c.kernel(), c.stride(),
            c.padding(), c.padAfter(), bias), layer.rows(), input);
      }
    };
  }

  private long rank(Op.Matrix op) {
    return Math.min(treatments.lowRank(), Math.min(op.rows(), op.columns()));
  }

  private static Op.Matrix right(Op.Matrix op, long rank) {
    return switch (op) {
      case Op.Linear l -> new Op.Linear(l.in(), Math.toIntExact(rank), false);
      case Op.Conv2d c -> new Op.Conv2d(c.in(), Math.toIntExact(rank), c.kernel(), c.stride(),
          c.padding(), c.padAfter(), false);
    };
  }

  private static Op.Matrix left(Op.Matrix op, long rank) {
    return switch (op) {
      case Op.Linear l -> new Op.Linear(Math.toIntExact(rank), l.out(), false);
      case Op.Conv2d c -> new Op.Conv2d(Math.toIntExact(rank), c.out(), 1, 1, 0, 0, false);
    };
  }

  private static int channels(Op.Matrix op) {
    return switch (op) {
      case Op.Linear l -> l.in();
      case Op.Conv2d c -> c.in();
    };
  }
}

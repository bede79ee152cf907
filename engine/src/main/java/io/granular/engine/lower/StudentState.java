package io.granular.engine.lower;

import io.granular.engine.lower.StudentPlan.Leaf;
import io.granular.engine.network.Graph;
import io.granular.engine.network.Op;
import io.granular.engine.quant.FloatReader;
import io.granular.engine.quant.QuantParams;
import io.granular.engine.quant.WeightScheme;
import io.granular.engine.store.TensorInfo;
import io.granular.engine.store.TensorSource;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** The tensors of a student: its parameters, what is trained beside them, and what the optimizer knows. */
final class StudentState {
  private static final String TRAINED = "trained/";
  private static final String MEAN = "mean/";
  private static final String SQUARE = "square/";
  private static final String AVERAGE = "average/";

  private final Scope scope;
  private final StudentPlan plan;
  private final SequencedMap<String, Tensor> parameters;
  private final SequencedMap<Leaf, Tensor> trained = new LinkedHashMap<>();
  private final SequencedMap<String, Tensor> averages = new LinkedHashMap<>();
  private final SequencedMap<String, Tensor> zeros = new LinkedHashMap<>();
  private final List<Tensor> means = new ArrayList<>();
  private final List<Tensor> squares = new ArrayList<>();
  private final List<Tensor> sums = new ArrayList<>();

  /** @param saved what {@link #saved} gave; null to begin with {@code weights} */
  StudentState(Scope scope, Graph graph, StudentPlan plan, List<Leaf> leaves, TensorSource weights,
      long seed, @Nullable TensorSource saved) {
    this.scope = scope;
    this.plan = plan;
    this.parameters = MasterWeights.read(scope, graph, weights);
    Random random = new Random(seed);
    // Zero points are those of the stored weights, also where training goes on.
    Map<Leaf, Tensor> beginnings = new LinkedHashMap<>();
    leaves.forEach(leaf -> beginnings.put(leaf, begin(graph, leaf, random)));
    for (Leaf leaf : leaves) {
      Tensor begin = Objects.requireNonNull(beginnings.get(leaf));
      Tensor tensor = saved == null ? begin : read(saved, TRAINED + leaf.name(), begin);
      if (leaf instanceof Leaf.Whole) {
        parameters.put(leaf.name(), tensor);
      }
      trained.put(leaf, tensor);
      if (plan.average()) {
        averages.put(leaf.name(), saved == null
            ? scope.read((from, into, count) -> System.arraycopy(tensor.floats(from, count), 0,
                into, 0, count), tensor.shape())
            : read(saved, AVERAGE + leaf.name(), begin));
      }
      means.add(saved == null ? zero(tensor) : read(saved, MEAN + leaf.name(), begin));
      squares.add(saved == null ? zero(tensor) : read(saved, SQUARE + leaf.name(), begin));
      if (plan.accumulate()) {
        sums.add(zero(tensor));
      }
    }
  }

  private Tensor begin(Graph graph, Leaf leaf, Random random) {
    return switch (leaf) {
      case Leaf.Whole(var name) -> Objects.requireNonNull(parameters.get(name));
      case Leaf.Scale(var module) -> scales(graph, module);
      case Leaf.Down(var module) -> {
        // As a linear layer begins (Hu et al. 2022 with PyTorch's default); the other side begins with zeros.
        Op.Matrix op = StudentPlan.matrix(graph, module);
        float[] values = new float[Math.toIntExact(plan.rank() * op.columns())];
        double bound = 1 / Math.sqrt((double) op.columns());
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) ((2 * random.nextDouble() - 1) * bound);
        }
        yield scope.of(values, plan.rank(), op.columns());
      }
      case Leaf.Up(var module) -> {
        Op.Matrix op = StudentPlan.matrix(graph, module);
        yield scope.of(new float[Math.toIntExact(op.rows() * plan.rank())], op.rows(),
            plan.rank());
      }
    };
  }

  /** The recipe's own step sizes, as logarithms, and zero points. */
  private Tensor scales(Graph graph, String module) {
    WeightScheme scheme = Objects.requireNonNull(plan.layers().get(module)).weights();
    Op.Matrix op = StudentPlan.matrix(graph, module);
    float[] weight = Objects.requireNonNull(parameters.get(module + ".weight")).floats();
    int run = Math.toIntExact(LearnedScale.run(op, scheme));
    float[] log = new float[weight.length / run];
    float[] zero = new float[log.length];
    for (int i = 0; i < log.length; i++) {
      float min = Float.POSITIVE_INFINITY;
      float max = Float.NEGATIVE_INFINITY;
      for (int j = i * run; j < (i + 1) * run; j++) {
        min = Math.min(min, weight[j]);
        max = Math.max(max, weight[j]);
      }
      QuantParams params = QuantParams.choose(min, max, scheme.mapping(), scheme.integers());
      log[i] = (float) Math.log(params.scale());
      zero[i] = params.zeroPoint();
    }
    zeros.put(module, scope.of(zero, zero.length));
    return scope.of(log, log.length);
  }

  private Tensor zero(Tensor like) {
    return scope.zeros(like.shape());
  }

  private Tensor read(TensorSource saved, String name, Tensor like) {
    TensorInfo info = saved.info(name);
    if (info.elements() != like.elements()) {
      throw new IllegalArgumentException(
          "the checkpoint's " + name + " has " + info.elements() + " numbers, not "
              + like.elements());
    }
    FloatReader reader = FloatReader.of(saved.data(name), info.dtype());
    return scope.read(reader::read, like.shape());
  }

  /** Everything that changes, by names of its own. */
  SequencedMap<String, Tensor> saved() {
    SequencedMap<String, Tensor> all = new LinkedHashMap<>();
    int i = 0;
    for (Leaf leaf : trained.keySet()) {
      all.put(TRAINED + leaf.name(), Objects.requireNonNull(trained.get(leaf)));
      all.put(MEAN + leaf.name(), means.get(i));
      all.put(SQUARE + leaf.name(), squares.get(i++));
      Tensor average = averages.get(leaf.name());
      if (average != null) {
        all.put(AVERAGE + leaf.name(), average);
      }
    }
    return all;
  }

  /** All parameters of the network after the last step. */
  SequencedMap<String, Tensor> parameters() {
    return parameters;
  }

  SequencedMap<Leaf, Tensor> trained() {
    return trained;
  }

  /** Averages of what is trained, by name; what is trained itself if no average is held. */
  SequencedMap<String, Tensor> averaged() {
    return plan.average() ? averages : last();
  }

  /** What is trained after the last step, by name. */
  SequencedMap<String, Tensor> last() {
    SequencedMap<String, Tensor> all = new LinkedHashMap<>();
    trained.forEach((leaf, tensor) -> all.put(leaf.name(), tensor));
    return all;
  }

  /** Zero points of a module with learned step sizes. */
  Tensor zero(String module) {
    return Objects.requireNonNull(zeros.get(module));
  }

  /** What the network computes with after the last step, in the order of the script's arguments. */
  List<Tensor> values() {
    return values(last());
  }

  /** The same of the averages. */
  List<Tensor> averagedValues() {
    return values(averaged());
  }

  private List<Tensor> values(SequencedMap<String, Tensor> of) {
    List<Tensor> all = new ArrayList<>();
    parameters.forEach((name, tensor) -> all.add(of.getOrDefault(name, tensor)));
    trained.keySet()
        .stream()
        .filter(leaf -> !(leaf instanceof Leaf.Whole))
        .forEach(leaf -> all.add(Objects.requireNonNull(of.get(leaf.name()))));
    trained.keySet().forEach(leaf -> {
      if (leaf instanceof Leaf.Scale(var module)) {
        all.add(zero(module));
      }
    });
    return all;
  }

  /** Moments and averages, in the order of the script's arguments. */
  List<Tensor> optimizer() {
    List<Tensor> all = new ArrayList<>(means);
    all.addAll(squares);
    all.addAll(averages.values());
    return all;
  }

  /** Sums of gradients. */
  List<Tensor> sums() {
    return sums;
  }
}

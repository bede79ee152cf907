package io.granular.engine.lower;

import io.granular.engine.network.Graph;
import io.granular.engine.network.Node;
import io.granular.engine.network.Op;
import io.granular.engine.network.Parameter;
import io.granular.engine.quant.ActivationScheme;
import io.granular.engine.quant.WeightScheme;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What of a network is quantized and what is trained.
 *
 * @param layers that compute with integers, by module
 * @param parameters weights and biases that are trained, by name
 * @param scales modules whose weights' step sizes are trained
 * @param scaleSpeed how many times the learning rate, as shares of themselves, step sizes move
 * @param corrected modules whose weights get a low-rank correction that is trained
 * @param rank of the corrections
 * @param recompute whether values inside blocks are computed again for the gradient
 * @param average whether a running average of what is trained is held, and is what predicts
 * @param accumulate whether gradients of several batches make one step
 * @param featureWeight what the mean of the normalised errors of the graph's further results weighs
 */
public record StudentPlan(Map<String, Layer> layers, SequencedSet<String> parameters,
    Set<String> scales, double scaleSpeed, Set<String> corrected, int rank, boolean recompute,
    boolean average, boolean accumulate, double featureWeight) {

  /** All these parameters, with an average. */
  public StudentPlan(Map<String, Layer> layers, SequencedSet<String> parameters) {
    this(layers, parameters, Set.of(), 1, Set.of(), 0, false, true, false, 0);
  }

  /**
   * How a convolution or linear layer will be quantized.
   *
   * @param activations of the input, with a dynamic range; null leaves it in floats
   */
  public record Layer(WeightScheme weights, @Nullable ActivationScheme activations) {
    public Layer {
      if (activations != null && activations.range() == ActivationScheme.Range.STATIC) {
        throw new IllegalArgumentException("a student's inputs have dynamic ranges");
      }
    }
  }

  /** A tensor that is trained. */
  sealed interface Leaf {
    /** Unique. */
    String name();

    /** A parameter of the network. */
    record Whole(String name) implements Leaf {}

    /** Logarithms of a weight's step sizes. */
    record Scale(String module) implements Leaf {
      @Override
      public String name() {
        return module + ".weight.log_scale";
      }
    }

    /** The factor of a correction on the side of the input, {@code [rank, columns]}. */
    record Down(String module) implements Leaf {
      @Override
      public String name() {
        return module + ".weight.down";
      }
    }

    /** The factor of a correction on the side of the output, {@code [rows, rank]}. */
    record Up(String module) implements Leaf {
      @Override
      public String name() {
        return module + ".weight.up";
      }
    }
  }

  /**
   * What is trained, in order.
   *
   * @throws IllegalArgumentException if something is not in the network, or nothing is trained
   */
  List<Leaf> leaves(Graph graph) {
    List<Leaf> leaves = new ArrayList<>();
    Set<String> missing = new LinkedHashSet<>(parameters);
    graph.modules().forEach((module, node) -> {
      for (Parameter parameter : node.op().parameters()) {
        String name = module + "." + parameter.name();
        if (missing.remove(name)) {
          leaves.add(new Leaf.Whole(name));
        }
      }
    });
    scales.stream().sorted().forEach(module -> leaves.add(new Leaf.Scale(module)));
    corrected.stream().sorted().forEach(module -> {
      leaves.add(new Leaf.Down(module));
      leaves.add(new Leaf.Up(module));
    });
    if (!missing.isEmpty() || leaves.isEmpty()) {
      throw new IllegalArgumentException(
          "these are no parameters of the network, or none: " + parameters);
    }
    return leaves;
  }

  /** How many numbers are trained of a network. */
  public long trainedNumbers(Graph graph) {
    long count = 0;
    for (Leaf leaf : leaves(graph)) {
      count += switch (leaf) {
        case Leaf.Whole(var name) -> whole(graph, name);
        case Leaf.Scale(var module) -> {
          Op.Matrix op = matrix(graph, module);
          yield op.rows() * op.columns()
              / LearnedScale.run(op, Objects.requireNonNull(layers.get(module)).weights());
        }
        case Leaf.Down(var module) -> rank * matrix(graph, module).columns();
        case Leaf.Up(var module) -> rank * matrix(graph, module).rows();
      };
    }
    return count;
  }

  private static long whole(Graph graph, String name) {
    int dot = name.lastIndexOf('.');
    return Objects.requireNonNull(graph.modules().get(name.substring(0, dot)))
        .op()
        .parameters()
        .stream()
        .filter(parameter -> parameter.name().equals(name.substring(dot + 1)))
        .mapToLong(Parameter::elements)
        .sum();
  }

  /** Modules with something to train. */
  Set<String> trainedModules() {
    Set<String> modules = new LinkedHashSet<>(scales);
    modules.addAll(corrected);
    parameters.forEach(name -> modules.add(name.substring(0, name.lastIndexOf('.'))));
    return modules;
  }

  /** The layer of a module that computes with integers. */
  static Op.Matrix matrix(Graph graph, String module) {
    Node node = Objects.requireNonNull(graph.modules().get(module), module);
    if (node.op() instanceof Op.Matrix op) {
      return op;
    }
    throw new IllegalArgumentException(module + " has no weight matrix");
  }
}

package io.granular.engine.lower;

import io.granular.engine.network.Graph;
import io.granular.engine.quant.ActivationScheme;
import io.granular.engine.quant.WeightScheme;
import io.granular.engine.store.TensorSource;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Script;
import io.granular.engine.torch.Tensor;
import io.granular.engine.torch.Torch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * A network that learns to live with its integers: it computes with the very numbers that its layers will have once they are
 * quantized, while gradients pass to the floats as if nothing had been rounded (straight-through; Bengio et al. 2013). One
 * step of training is one call, and its parameters, the optimizer's moments and the running average change in place.
 *
 * <p>Besides the activations it holds five tensors for each trained parameter: the parameter, its gradient, two moments and
 * the average.
 */
public final class StudentNetwork implements AutoCloseable {
  private final Graph graph;
  private final AdamW optimizer;
  private final Scope scope;
  private final Script script;
  private final SequencedMap<String, Tensor> parameters;
  private final SequencedMap<String, Tensor> averages = new LinkedHashMap<>();
  private final List<Tensor> moments = new ArrayList<>();
  private int steps;

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

  /**
   * What the student is asked and what the teacher answers.
   *
   * @param arguments of the network, by name
   * @param target in the shape of the network's result
   * @param importance factor of each sample's squared error, {@code [batch]}
   */
  public record Lesson(Map<String, Tensor> arguments, Tensor target, Tensor importance) {}

  /**
   * What one step gives.
   *
   * @param loss before the step
   * @param norm of the whole gradient, before it is clipped
   */
  public record Step(double loss, double norm) {}

  /**
   * Reads the weights and compiles the methods.
   *
   * @param graph with one result {@code [batch, c, h, w]}
   * @param weights under diffusers' names, widened to fp32; not needed afterwards
   * @param layers that will be quantized, by module
   * @param trained names of the parameters that change
   * @param sizes extents of the graph's symbols
   */
  public StudentNetwork(Torch torch, Graph graph, TensorSource weights, Map<String, Layer> layers,
      SequencedSet<String> trained, AdamW optimizer, Map<String, Long> sizes) {
    this.graph = graph;
    this.optimizer = optimizer;
    this.scope = torch.scope();
    try {
      this.parameters = MasterWeights.read(scope, graph, weights);
      parameters.forEach((name, parameter) -> {
        if (trained.contains(name)) {
          averages.put(name, scope.of(parameter.floats(), parameter.shape()));
        }
      });
      if (averages.size() != trained.size() || averages.isEmpty()) {
        throw new IllegalArgumentException(
            "these are no parameters of the network, or none: " + trained);
      }
      for (int moment = 0; moment < 2; moment++) {
        averages.values()
            .forEach(average -> moments.add(
                scope.of(new float[Math.toIntExact(average.elements())], average.shape())));
      }
      this.script = Script.compile(new StudentScript(graph, layers,
          List.copyOf(parameters.keySet()), averages.keySet(), optimizer, sizes).methods());
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  /**
   * Learns from one batch.
   *
   * @param rate learning rate
   * @param averaging share that the running average takes from the new parameters
   */
  public Step learn(Lesson lesson, double rate, double averaging) {
    try (Scope results = scope.child()) {
      List<Tensor> all = arguments(lesson);
      all.add(results.of(optimizer.scheduled(steps + 1, rate, averaging), AdamW.SCHEDULED));
      all.addAll(parameters.values());
      all.addAll(moments);
      all.addAll(averages.values());
      List<Tensor> result = script.differentiate(results, StudentScript.STEP, all);
      steps++;
      return new Step(result.get(0).floats()[0], result.get(1).floats()[0]);
    }
  }

  /** The loss of the averaged parameters. */
  public double loss(Lesson lesson) {
    try (Scope results = scope.child()) {
      return evaluate(results, lesson).get(1).floats()[0];
    }
  }

  /** The prediction of the averaged parameters. */
  public Tensor predict(Scope results, Lesson lesson) {
    return evaluate(results, lesson).getFirst();
  }

  /** All parameters, those that are trained as their running average, fp32, by diffusers' name. */
  public SequencedMap<String, Tensor> averaged() {
    SequencedMap<String, Tensor> all = new LinkedHashMap<>(parameters);
    all.putAll(averages);
    return all;
  }

  /** All parameters as they are after the last step. */
  public SequencedMap<String, Tensor> parameters() {
    return parameters;
  }

  private List<Tensor> evaluate(Scope results, Lesson lesson) {
    List<Tensor> all = arguments(lesson);
    all.addAll(averaged().values());
    return script.differentiate(results, StudentScript.EVALUATE, all);
  }

  private List<Tensor> arguments(Lesson lesson) {
    List<Tensor> all = new ArrayList<>();
    graph.inputs()
        .keySet()
        .forEach(argument -> all
            .add(Objects.requireNonNull(lesson.arguments().get(argument), argument)));
    all.add(lesson.target());
    all.add(lesson.importance());
    return all;
  }

  @Override
  public void close() {
    script.close();
    scope.close();
  }
}

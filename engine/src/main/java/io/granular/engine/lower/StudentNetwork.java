package io.granular.engine.lower;

import io.granular.engine.lower.StudentPlan.Leaf;
import io.granular.engine.network.Graph;
import io.granular.engine.network.Parameter;
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
import org.jspecify.annotations.Nullable;

/**
 * A network that learns to live with its integers: it computes with the very numbers that its layers will have once they are
 * quantized, while gradients pass to the floats as if nothing had been rounded (straight-through; Bengio et al. 2013). One
 * step of training is one call, and what is trained, the optimizer's moments and the running average change in place.
 *
 * <p>Besides the activations and all parameters it holds four numbers for each trained one: its gradient, two moments and the
 * average if there is one.
 */
public final class StudentNetwork implements AutoCloseable {
  private final Graph graph;
  private final StudentPlan plan;
  private final AdamW optimizer;
  private final Scope scope;
  private final Script script;
  private final StudentState state;

  /**
   * What the student is asked and what the teacher answers.
   *
   * @param arguments of the network, by name
   * @param target in the shape of the network's result
   * @param importance factor of each sample's squared error, {@code [batch]}
   * @param features targets of the graph's further results, in order
   */
  public record Lesson(Map<String, Tensor> arguments, Tensor target, Tensor importance,
      List<Tensor> features) {
    /** Without features. */
    public Lesson(Map<String, Tensor> arguments, Tensor target, Tensor importance) {
      this(arguments, target, importance, List.of());
    }
  }

  /**
   * What one step gives.
   *
   * @param loss before the step, of the network's result
   * @param features mean of the further results' normalised errors, likewise
   * @param norm of the whole gradient, before it is clipped
   */
  public record Step(double loss, double features, double norm) {}

  /**
   * Reads the weights and compiles the methods.
   *
   * @param graph whose first result {@code [batch, c, h, w]} is learned, and the others too if lessons have features
   * @param weights under diffusers' names, widened to fp32; not needed afterwards
   * @param sizes extents of the graph's symbols
   * @param seed of what begins at random
   */
  public StudentNetwork(Torch torch, Graph graph, TensorSource weights, StudentPlan plan,
      AdamW optimizer, Map<String, Long> sizes, long seed) {
    this(torch, graph, weights, plan, optimizer, sizes, seed, null);
  }

  /**
   * The same, going on from a state.
   *
   * @param saved what {@link #state} gave; null to begin
   */
  public StudentNetwork(Torch torch, Graph graph, TensorSource weights, StudentPlan plan,
      AdamW optimizer, Map<String, Long> sizes, long seed, @Nullable TensorSource saved) {
    this.graph = graph;
    this.plan = plan;
    this.optimizer = optimizer;
    this.scope = torch.scope();
    try {
      List<Leaf> leaves = plan.leaves(graph);
      this.state = new StudentState(scope, graph, plan, leaves, weights, seed, saved);
      List<String> methods = new ArrayList<>(new StudentScript(graph, plan,
          List.copyOf(state.parameters().keySet()), leaves, optimizer, sizes).methods());
      methods.addAll(StudentWriting.methods(plan));
      this.script = Script.compile(methods);
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  /**
   * Learns from one batch.
   *
   * @param step counted from 1
   * @param rate learning rate
   * @param averaging share that the running average takes from the new parameters
   */
  public Step learn(Lesson lesson, int step, double rate, double averaging) {
    try (Scope results = scope.child()) {
      List<Tensor> all = arguments(lesson);
      all.addAll(lesson.features());
      all.add(results.of(optimizer.scheduled(step, rate, averaging), AdamW.SCHEDULED));
      all.addAll(state.values());
      all.addAll(state.optimizer());
      List<Tensor> result = script.differentiate(results, StudentScript.STEP, all);
      return new Step(result.get(0).floats()[0], result.get(1).floats()[0],
          result.get(2).floats()[0]);
    }
  }

  /**
   * Adds the gradients of one of several batches that make a step.
   *
   * @param batches how many make it
   * @return without the gradient's norm, which is not known yet
   */
  public Step accumulate(Lesson lesson, int batches) {
    try (Scope results = scope.child()) {
      List<Tensor> all = arguments(lesson);
      all.addAll(lesson.features());
      all.add(results.of(new float[]{1f / batches}, 1));
      all.addAll(state.values());
      all.addAll(state.sums());
      List<Tensor> result = script.differentiate(results, StudentScript.GRADIENTS, all);
      return new Step(result.get(0).floats()[0], result.get(1).floats()[0], Double.NaN);
    }
  }

  /**
   * Makes the step of the batches that were accumulated.
   *
   * @param step as in {@link #learn}
   * @param rate as in {@link #learn}
   * @param averaging as in {@link #learn}
   * @return norm of the whole gradient, before it is clipped
   */
  public double apply(int step, double rate, double averaging) {
    try (Scope results = scope.child()) {
      List<Tensor> all = new ArrayList<>();
      all.add(results.of(optimizer.scheduled(step, rate, averaging), AdamW.SCHEDULED));
      all.addAll(state.trained().values());
      all.addAll(state.sums());
      all.addAll(state.optimizer());
      return script.differentiate(results, StudentScript.APPLY, all).getFirst().floats()[0];
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

  /** The network of the averaged parameters, as others use networks. */
  public Evaluation evaluation() {
    return (results, arguments) -> {
      try (Scope own = scope.child()) {
        long[] shape = Objects.requireNonNull(arguments.get("sample")).shape();
        int elements = 1;
        for (long n : shape) {
          elements = Math.toIntExact(elements * n);
        }
        Lesson lesson = new Lesson(arguments, own.of(new float[elements], shape),
            own.of(new float[(int) shape[0]], shape[0]));
        return Map.of(graph.outputs().firstEntry().getKey(), evaluate(results, lesson).getFirst());
      }
    };
  }

  /**
   * What the model's file gets for a parameter: numbers that the recipe quantizes to the integers that were trained, of the
   * averages if there are any.
   */
  public float[] written(String name) {
    return new StudentWriting(scope, script, plan, state).written(name);
  }

  /** The parameters that training changes, by diffusers' name. */
  public SequencedMap<String, List<Long>> changed() {
    SequencedMap<String, List<Long>> changed = new LinkedHashMap<>();
    graph.modules().forEach((module, node) -> {
      for (Parameter parameter : node.op().parameters()) {
        String name = module + "." + parameter.name();
        boolean whole = plan.parameters().contains(name);
        boolean beside = parameter.name().equals("weight")
            && (plan.scales().contains(module) || plan.corrected().contains(module));
        if (whole || beside) {
          changed.put(name, parameter.shape());
        }
      }
    });
    return changed;
  }

  /** All parameters, those that are trained as their running average, fp32, by diffusers' name. */
  public SequencedMap<String, Tensor> averaged() {
    SequencedMap<String, Tensor> all = new LinkedHashMap<>(state.parameters());
    state.averaged().forEach((name, tensor) -> {
      if (all.containsKey(name)) {
        all.put(name, tensor);
      }
    });
    return all;
  }

  /** All parameters as they are after the last step. */
  public SequencedMap<String, Tensor> parameters() {
    return state.parameters();
  }

  /** Everything that training changes, by names of its own; the tensors change with further steps. */
  public SequencedMap<String, Tensor> state() {
    return state.saved();
  }

  /** How many numbers are trained. */
  public long trained() {
    return state.trained().values().stream().mapToLong(Tensor::elements).sum();
  }

  private List<Tensor> evaluate(Scope results, Lesson lesson) {
    List<Tensor> all = arguments(lesson);
    all.addAll(state.averagedValues());
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

package io.granular.engine.calibrate;

import io.granular.engine.lower.Tap;
import io.granular.engine.network.Graph;
import io.granular.engine.network.Op;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.network.Value;
import io.granular.engine.torch.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Observes the inputs of all convolutions and linear layers of one network. Layers that share an input share its
 * observer, and so get the same range and can share the quantized input.
 */
public final class NetworkObserver implements Tap {
  /** The U-Net's text input, whose first token, start-of-text, is an outlier. */
  private static final String TEXT = "encoder_hidden_states";

  /** Numbers copied at once: large pictures would not fit a worker's heap. */
  private static final int MOST_AT_ONCE = 1 << 24;

  private final Graph graph;
  private final boolean excludeStartToken;
  private final Map<String, Integer> inputs = new HashMap<>();
  private final SequencedMap<Integer, List<String>> modules = new LinkedHashMap<>();
  private final Map<Integer, InputObserver> observers = new HashMap<>();
  private double timestep = Double.NaN;

  /** @param excludeStartToken whether the start-of-text token is left out of cross-attention's keys and values */
  public NetworkObserver(Graph graph, boolean excludeStartToken) {
    this.graph = graph;
    this.excludeStartToken = excludeStartToken;
    graph.nodes().forEach(node -> {
      if (node.op() instanceof Op.Matrix) {
        int id = node.inputs().getFirst().id();
        inputs.put(node.module(), id);
        modules.computeIfAbsent(id, i -> new ArrayList<>()).add(node.module());
        observers.computeIfAbsent(id, i -> new InputObserver());
      }
    });
  }

  /** The layers to watch: one for each input. */
  public Set<String> watched() {
    return modules.values().stream().map(List::getFirst).collect(Collectors.toSet());
  }

  /** Says at which timestep the next evaluation is. */
  public void at(double next) {
    timestep = next;
  }

  @Override
  public void input(String module, Tensor x) {
    int id = Objects.requireNonNull(inputs.get(module));
    Value text = graph.inputs().get(TEXT);
    boolean shortened = excludeStartToken && text != null && text.id() == id;
    List<Supplier<float[]>> parts;
    if (x.elements() > MOST_AT_ONCE && !shortened) {
      parts = parts(x);
    } else {
      long[] shape = x.shape();
      float[] numbers =
          shortened ? withoutFirst(x.floats(), (int) shape[1], (int) shape[2]) : x.floats();
      parts = List.of(() -> numbers);
    }
    Objects.requireNonNull(observers.get(id)).observe(parts, timestep);
  }

  private static List<Supplier<float[]>> parts(Tensor x) {
    List<Supplier<float[]>> parts = new ArrayList<>();
    for (long from = 0; from < x.elements(); from += MOST_AT_ONCE) {
      long first = from;
      int count = (int) Math.min(MOST_AT_ONCE, x.elements() - from);
      parts.add(() -> x.floats(first, count));
    }
    return parts;
  }

  /** {@code [n, tokens, width]} without each row's first token. */
  private static float[] withoutFirst(float[] x, int tokens, int width) {
    int n = x.length / (tokens * width);
    int kept = (tokens - 1) * width;
    float[] rest = new float[n * kept];
    for (int i = 0; i < n; i++) {
      System.arraycopy(x, i * tokens * width + width, rest, i * kept, kept);
    }
    return rest;
  }

  /** What was observed, in the order of the network; inputs that were never seen are left out. */
  public List<ObservedInput> result() {
    return modules.entrySet()
        .stream()
        .filter(e -> !observer(e.getKey()).isEmpty())
        .map(e -> observer(e.getKey()).result(e.getValue()
            .stream()
            .map(m -> PipelineGraphs.moduleName(graph.name(), m))
            .toList()))
        .toList();
  }

  /** Bytes held by all observers. */
  public long bytes() {
    return observers.values()
        .stream()
        .filter(o -> !o.isEmpty())
        .mapToLong(InputObserver::bytes)
        .sum();
  }

  private InputObserver observer(int id) {
    return Objects.requireNonNull(observers.get(id));
  }
}

package io.granular.engine.lower;

import io.granular.engine.network.Graph;
import io.granular.engine.network.Node;
import io.granular.engine.network.Op;
import io.granular.engine.network.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Writes a graph as several methods run one after the other, each handed the values that are still needed and returning
 * them with the watched tensors: what is watched is held no longer than one part lasts.
 */
final class TapEmitter {
  private final Graph graph;
  private final Emitter emitter;
  private final Set<String> watched;
  private final boolean outputs;
  private final Map<String, Long> sizes;
  private final long budget;
  /** Index of the last node that needs a value; beyond all nodes for the graph's results. */
  private final Map<Integer, Integer> lastUse = new HashMap<>();
  private final List<Value> known = new ArrayList<>();
  private final List<Part> parts = new ArrayList<>();
  // Of the part being written.
  private String arguments = "";
  private List<String> handed = List.of();
  private SequencedMap<String, String> seen = new LinkedHashMap<>();
  private Map<String, String> inputKeys = new LinkedHashMap<>();
  private Map<String, String> outputKeys = new LinkedHashMap<>();
  private long bytes;

  /**
   * One method.
   *
   * @param method its name
   * @param source its text
   * @param handed keys, in order, of the values it takes from the part before; the first part takes the graph's inputs
   * @param inputs watched module to the key of its input
   * @param outputs watched module to the key of its result
   */
  record Part(String method, String source, List<String> handed, Map<String, String> inputs,
      Map<String, String> outputs) {}

  /** @param budget bytes of watched tensors after which a part ends */
  TapEmitter(Graph graph, Emitter emitter, Set<String> watched, boolean outputs,
      Map<String, Long> sizes, long budget) {
    this.budget = budget;
    this.graph = graph;
    this.emitter = emitter;
    this.watched = watched;
    this.outputs = outputs;
    this.sizes = sizes;
    Set<String> unknown = new HashSet<>(watched);
    graph.modules().forEach((module, node) -> {
      if (node.op() instanceof Op.Matrix) {
        unknown.remove(module);
      }
    });
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          graph.name() + " has no convolutions or linear layers " + unknown);
    }
    List<Node> nodes = graph.nodes();
    for (int i = 0; i < nodes.size(); i++) {
      for (Value value : nodes.get(i).inputs()) {
        lastUse.put(value.id(), i);
      }
    }
    graph.outputs().values().forEach(value -> lastUse.put(value.id(), nodes.size()));
  }

  List<Part> parts() {
    List<Node> nodes = graph.nodes();
    nodes.stream().filter(this::isWatched).forEach(node -> {
      emitter.keep(node.inputs().getFirst());
      emitter.keep(node.output());
    });
    known.addAll(graph.inputs().values());
    arguments = emitter.begin();
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      if (isWatched(node)) {
        watchInput(node);
      }
      emitter.emit(node);
      known.add(node.output());
      if (isWatched(node) && outputs) {
        outputKeys.put(node.module(), watch("y" + node.output().id(), node.output(),
            emitter.wide(node.output())));
      }
      if (bytes >= budget && i < nodes.size() - 1) {
        cut(i);
      }
    }
    finish(emitter.results());
    return List.copyOf(parts);
  }

  private boolean isWatched(Node node) {
    return node.op() instanceof Op.Matrix && watched.contains(node.module());
  }

  private void watchInput(Node node) {
    Value input = node.inputs().getFirst();
    String key = "x" + input.id();
    if (!seen.containsKey(key)) {
      watch(key, input, emitter.seen(node));
    }
    inputKeys.put(node.module(), key);
  }

  private String watch(String key, Value value, String name) {
    seen.put(key, name);
    bytes += Float.BYTES
        * Arrays.stream(value.shape().at(sizes)).reduce(1, Math::multiplyExact);
    return key;
  }

  /** Ends a part after node {@code i}; the next one is handed what is still needed. */
  private void cut(int i) {
    List<Value> live =
        known.stream().filter(v -> lastUse.getOrDefault(v.id(), -1) > i).toList();
    List<String> entries =
        live.stream().map(v -> entry("l" + v.id(), emitter.name(v))).toList();
    finish(entries);
    handed = live.stream().map(v -> "l" + v.id()).toList();
    arguments = emitter.resume(live);
    known.retainAll(live);
  }

  private void finish(List<String> results) {
    List<String> entries = new ArrayList<>(results);
    seen.forEach((key, name) -> entries.add(entry(key, name)));
    String method = "part" + parts.size();
    parts.add(new Part(method, emitter.end(method, arguments, entries), handed, inputKeys,
        outputKeys));
    seen = new LinkedHashMap<>();
    inputKeys = new LinkedHashMap<>();
    outputKeys = new LinkedHashMap<>();
    bytes = 0;
  }

  private static String entry(String key, String name) {
    return "\"" + key + "\": " + name;
  }
}

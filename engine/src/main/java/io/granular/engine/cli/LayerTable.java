package io.granular.engine.cli;

import io.granular.engine.report.Measures;
import io.granular.engine.run.Bench.LayerTiming;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/** Layers in rows, recipes in columns: how many times as fast as the first recipe's kernel each one is. */
final class LayerTable {
  private LayerTable() {}

  /** @param timings by recipe; all recipes time the same layers in the same order */
  static String text(String shape, SequencedMap<String, List<LayerTiming>> timings) {
    List<String> recipes = List.copyOf(timings.keySet());
    List<LayerTiming> first = timings.firstEntry().getValue();
    List<String> head = new ArrayList<>(List.of("layer of " + shape, "input", "count"));
    head.add(recipes.getFirst());
    head.addAll(recipes.subList(1, recipes.size()));
    head.add("fastest");
    Table table = new Table().row(head.toArray(String[]::new));
    for (int i = 0; i < first.size(); i++) {
      LayerTiming base = first.get(i);
      int row = i;
      List<String> cells = new ArrayList<>(List.of(base.kind(), base.input()
          .stream()
          .map(String::valueOf)
          .collect(Collectors.joining("x")), Integer.toString(base.count()),
          Measures.seconds(base.seconds())));
      for (String recipe : recipes.subList(1, recipes.size())) {
        double seconds = Objects.requireNonNull(timings.get(recipe)).get(i).seconds();
        cells.add(Measures.fixed(base.seconds() / seconds, 2) + "x");
      }
      cells.add(recipes.stream()
          .map(recipe -> Objects.requireNonNull(timings.get(recipe)).get(row))
          .min(Comparator.comparingDouble(LayerTiming::seconds))
          .orElseThrow()
          .kernel());
      table.row(cells.toArray(String[]::new));
    }
    return table.toString();
  }
}

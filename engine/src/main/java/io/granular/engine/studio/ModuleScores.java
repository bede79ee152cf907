package io.granular.engine.studio;

import io.granular.engine.analyze.AnalysisResult;
import io.granular.engine.analyze.AnalysisResult.Effect;
import io.granular.engine.analyze.AnalysisResult.LayerSqnr;
import io.granular.engine.analyze.AnalysisResult.UnitScore;
import io.granular.engine.metric.Interval;
import io.granular.engine.studio.Analysis.ModuleScore;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/** An analysis as one table: a row for each unit and, if units are blocks, for each layer with a ratio of its own. */
final class ModuleScores {
  private ModuleScores() {}

  static Analysis of(AnalysisResult result) {
    Map<String, UnitScore> units = new LinkedHashMap<>();
    result.units().forEach(unit -> units.put(unit.unit(), unit));
    Map<String, double[]> ratios = new LinkedHashMap<>();
    for (LayerSqnr layer : result.sqnr()) {
      ratios.put(layer.module(),
          layer.decibel().stream().mapToDouble(Double::doubleValue).toArray());
    }
    SequencedSet<String> rows = new LinkedHashSet<>(units.keySet());
    rows.addAll(ratios.keySet());
    List<ModuleScore> scores = rows.stream()
        .map(row -> score(row, units.get(row), ratios.getOrDefault(row, new double[0])))
        .toList();
    return new Analysis(scores, result.timesteps(), result.divergence());
  }

  private static ModuleScore score(String name, @Nullable UnitScore unit, double[] ratios) {
    if (unit == null) {
      return new ModuleScore(name, ratios, Double.NaN, Double.NaN, 0);
    }
    Effect alone = unit.sensitivity();
    Interval blame = unit.blame();
    return new ModuleScore(name, ratios, alone == null ? Double.NaN : alone.error().mean(),
        blame == null ? Double.NaN : blame.mean(), unit.bytesSaved());
  }
}

package io.granular.engine.studio;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.engine.analyze.AnalysisResult;
import io.granular.engine.analyze.AnalysisResult.Effect;
import io.granular.engine.analyze.AnalysisResult.LayerSqnr;
import io.granular.engine.analyze.AnalysisResult.UnitScore;
import io.granular.engine.analyze.Grouping;
import io.granular.engine.metric.Interval;
import io.granular.engine.studio.Analysis.ModuleScore;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnalysisTest {
  @Test
  void everyUnitAndEveryLayerHasARow() {
    Effect effect = new Effect(Interval.of(0.25), Interval.NONE, Double.NaN, Interval.NONE);
    AnalysisResult result = new AnalysisResult("demo", "w8", "{}", "latents", Grouping.BLOCK,
        List.of(), List.of(), 4, 1, effect, null,
        List.of(new UnitScore("block", List.of("block.a", "block.b"), 100, effect, null),
            new UnitScore("alone", List.of("alone"), 7, null, Interval.of(0.5))),
        List.of(981.0, 1.0),
        List.of(new LayerSqnr("block.a", List.of(20.0, 30.0)),
            new LayerSqnr("alone", List.of(40.0, 50.0))),
        List.of(), List.of(), 1, List.of());

    Analysis scores = new AnalysisOutcome.Finished(result).scores();

    assertThat(scores.timesteps()).containsExactly(981.0, 1.0);
    assertThat(scores.modules()).extracting(ModuleScore::module)
        .containsExactly("block", "alone", "block.a");
    assertThat(scores.modules()).extracting(ModuleScore::sensitivity)
        .containsExactly(0.25, Double.NaN, Double.NaN);
    assertThat(scores.modules()).extracting(ModuleScore::blame)
        .containsExactly(Double.NaN, 0.5, Double.NaN);
    assertThat(scores.modules().get(0).sqnrDb()).isEmpty();
    assertThat(scores.modules().get(1).sqnrDb()).containsExactly(40, 50);
    assertThat(scores.modules().get(2).sqnrDb()).containsExactly(20, 30);
    assertThat(scores.modules().get(0).bytesSaved()).isEqualTo(100);
  }
}

package io.granular.app.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.engine.studio.Analysis;
import io.granular.engine.studio.Analysis.ModuleScore;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContributorsTest {
  @Test
  void theNoisiestAtTheNearestTimestepComesFirst() {
    Analysis analysis = new Analysis(List.of(
        new ModuleScore("a", new double[]{10, 40}, 0, 0, 0),
        new ModuleScore("b", new double[]{30, 20}, 0, 0, 0),
        new ModuleScore("c", new double[0], 0, 0, 0)), List.of(900.0, 100.0));
    assertThat(Contributors.most(analysis, 1, 20)).containsExactly("a", "b", "c");
    assertThat(Contributors.most(analysis, 19, 20)).containsExactly("b", "a", "c");
  }

  @Test
  void withoutNoiseTheGainOfRestoringDecides() {
    Analysis analysis = new Analysis(List.of(
        new ModuleScore("a", new double[0], 0, 1e-4, 0),
        new ModuleScore("b", new double[0], 0, 3e-4, 0),
        new ModuleScore("c", new double[0], 0, Double.NaN, 0),
        new ModuleScore("d", new double[0], 0, 2e-4, 0)), List.of());
    assertThat(Contributors.most(analysis, 3, 20)).containsExactly("b", "d", "a");
  }
}

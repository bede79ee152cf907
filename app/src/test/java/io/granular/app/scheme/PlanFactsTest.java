package io.granular.app.scheme;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.app.control.StatTile.Tone;
import io.granular.engine.studio.PlanSummary;
import io.granular.engine.studio.PlanSummary.ModulePlan;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlanFactsTest {
  @Test
  void theSchemeOfMostQuantizedBytesSpeaksForThePlan() {
    PlanFacts facts = PlanFacts.of(plan(
        module("kept", "bf16", false, 900), module("quantized", "int4 per_group(32)", true, 10),
        module("quantized", "int8 per_axis, dynamic int8 per_token", false, 80)));
    assertThat(facts).isEqualTo(
        new PlanFacts("int8 per_axis", "dynamic int8 per_token", 2, 3, 1));
  }

  @Test
  void withoutQuantizationTheKeptOnesDo() {
    assertThat(PlanFacts.of(plan(module("kept", "fp32", false, 1))))
        .isEqualTo(new PlanFacts("fp32", "", 0, 1, 0));
    assertThat(PlanFacts.of(plan())).isEqualTo(new PlanFacts("", "", 0, 0, 0));
  }

  @Test
  void ratiosSayBetterOrWorseOnlyBeyondATwentieth() {
    assertThat(Ratio.of(100, 25)).isEqualTo(new Ratio(4, Tone.BETTER));
    assertThat(Ratio.of(25, 100)).isEqualTo(new Ratio(4, Tone.WORSE));
    assertThat(Ratio.of(100, 98).tone()).isEqualTo(Tone.NEUTRAL);
    assertThat(Ratio.of(0, 5).known()).isFalse();
  }

  private static ModulePlan module(String decision, String scheme, boolean simulated,
      long bytes) {
    return new ModulePlan("m", "Linear", decision, scheme, "", "k", simulated, bytes, bytes,
        List.of(), 0, 0);
  }

  private static PlanSummary plan(ModulePlan... modules) {
    return new PlanSummary("demo", "r", List.of(modules), 0, 0, 0, 0, Map.of());
  }
}

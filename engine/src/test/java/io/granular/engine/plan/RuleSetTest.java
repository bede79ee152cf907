package io.granular.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.engine.lower.Capabilities;
import io.granular.engine.lower.Kernels;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.quant.Granularity;
import io.granular.engine.quant.Mapping;
import io.granular.engine.quant.Scheme;
import io.granular.engine.quant.WeightScheme;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.ModelSources;
import io.granular.engine.torch.ScalarType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RuleSetTest {
  private static final Scheme BF16 = new Scheme.Keep(ScalarType.BF16);
  private static final Scheme EIGHT = weights(8);
  private static final Scheme FOUR = weights(4);

  /** Whatever each module is to have: it gets it, and no rule is without effect. */
  @Test
  void everyModuleGetsItsScheme() {
    List<String> names = names();
    for (int trial = 0; trial < 60; trial++) {
      Random random = new Random(trial);
      // From nearly uniform to as mixed as can be.
      double mixed = trial / 60.0;
      Map<String, Scheme> wanted = new LinkedHashMap<>();
      names.forEach(name -> wanted.put(name, random.nextDouble() > mixed ? EIGHT
          : List.of(BF16, EIGHT, FOUR).get(random.nextInt(3))));

      Recipe recipe = new Recipe("random", null, RuleSet.of(wanted));

      RuleUse use = new RuleUse(recipe);
      wanted.forEach((name, scheme) -> {
        use.decide(name);
        assertThat(recipe.ruleFor(name).orElseThrow().scheme()).as(name).isEqualTo(scheme);
      });
      assertThat(use.check()).isEmpty();
      assertThat(RecipeReader.parse(RecipeWriter.write(recipe), "x")).isEqualTo(recipe);
    }
  }

  @Test
  void oneSchemeNeedsOneRule() {
    Map<String, Scheme> wanted = new LinkedHashMap<>();
    names().forEach(name -> wanted.put(name, EIGHT));

    assertThat(RuleSet.of(wanted)).extracting(Rule::match).containsExactly(new Pattern("**"));
  }

  @Test
  void neighboursShareAPattern() {
    Map<String, Scheme> wanted = new LinkedHashMap<>();
    names().forEach(name -> wanted.put(name,
        name.contains(".ff.") ? FOUR : name.startsWith("unet") ? EIGHT : BF16));

    List<Rule> rules = RuleSet.of(wanted);

    assertThat(rules).extracting(rule -> rule.match().text())
        .contains("unet.down_blocks.{0,1,2}.attentions.0.transformer_blocks.0.ff.**", "unet.**")
        .hasSizeLessThan(8);
  }

  private static Scheme weights(int bits) {
    return new Scheme.Integers(
        new WeightScheme(bits, new Granularity.PerAxis(0), Mapping.SYMMETRIC), null,
        Scheme.Method.PTQ);
  }

  private static List<String> names() {
    try (ModelSource model = ModelSources.open("src/test/goldens/tiny-sd1", null)) {
      return new Planner(new Kernels(Capabilities.NONE))
          .plan(new BuiltInRecipes().open("fp32"), PipelineGraphs.of(model), model)
          .modules()
          .stream()
          .filter(m -> m.kernel() != null)
          .map(ModulePlan::name)
          .distinct()
          .toList();
    }
  }
}

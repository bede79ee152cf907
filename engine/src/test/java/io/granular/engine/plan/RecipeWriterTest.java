package io.granular.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.engine.quant.ActivationScheme;
import io.granular.engine.quant.ActivationScheme.Range;
import io.granular.engine.quant.GgmlType;
import io.granular.engine.quant.Granularity;
import io.granular.engine.quant.Mapping;
import io.granular.engine.quant.Observer;
import io.granular.engine.quant.Scheme;
import io.granular.engine.quant.Scheme.Method;
import io.granular.engine.quant.Treatments;
import io.granular.engine.quant.WeightScheme;
import io.granular.engine.torch.ScalarType;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecipeWriterTest {
  @Test
  void writesOneRulePerLine() {
    Recipe recipe = new Recipe("Say \"hi\"", null, List.of(
        new Rule(new Pattern("unet.conv_in"), new Scheme.Keep(ScalarType.F16), true),
        new Rule(new Pattern("**"),
            new Scheme.Integers(
                new WeightScheme(4, new Granularity.PerGroup(32), Mapping.ASYMMETRIC),
                new ActivationScheme(8, new Granularity.PerToken(), Mapping.SYMMETRIC,
                    Range.DYNAMIC),
                Method.QAT),
            false)));

    assertThat(RecipeWriter.write(recipe)).isEqualTo(
        """
            {
              "version": 1,
              "name": "Say \\"hi\\"",
              "rules": [
                {"match": "unet.conv_in", "optional": true, "keep": "fp16"},
                {"match": "**", "weights": {"bits": 4, "granularity": "per_group", "group": 32, \
            "mapping": "asymmetric"}, "activations": {"bits": 8, "granularity": "per_token", \
            "range": "dynamic", "mapping": "symmetric"}, "method": "qat"}
              ]
            }
            """);
  }

  @Test
  void readingWhatWasWrittenGivesTheSameRecipe() {
    Random random = new Random(11);
    for (int i = 0; i < 300; i++) {
      Recipe recipe = new Recipe("Рецепт " + i, i % 2 == 0 ? null : "\"\\\n\t" + i,
          IntStream.range(0, 1 + random.nextInt(6)).mapToObj(_ -> rule(random)).toList());

      assertThat(RecipeReader.parse(RecipeWriter.write(recipe), "test")).isEqualTo(recipe);
    }
  }

  private static Scheme treated(Random random, Scheme.Integers scheme) {
    ActivationScheme activations = scheme.activations();
    boolean fixed = activations != null && activations.range() == Range.STATIC;
    return scheme.method() == Method.QAT ? scheme
        : scheme.with(new Treatments(!fixed && random.nextBoolean(),
            fixed ? null : pick(random, null, 0.5, 0.8), !fixed && random.nextBoolean(),
            pick(random, 0, 16, 32), pick(random, Treatments.Clip.values()),
            pick(random, null, Treatments.Gptq.USUAL, new Treatments.Gptq(0.05, true)),
            random.nextBoolean()));
  }

  private static Rule rule(Random random) {
    String pattern = pick(random, "**", "unet.**", "unet.{a,b}.*", "vae.decoder.**.conv_*");
    Scheme scheme = random.nextInt(4) == 0
        ? new Scheme.Blocks(pick(random, GgmlType.Q8_0, GgmlType.Q5_1, GgmlType.Q4_0))
        : random.nextInt(3) == 0
            ? new Scheme.Keep(pick(random, ScalarType.F32, ScalarType.F16, ScalarType.BF16))
            : treated(random, new Scheme.Integers(
                new WeightScheme(random.nextInt(2, 9),
                    pick(random, new Granularity.PerTensor(), new Granularity.PerAxis(0),
                        new Granularity.PerGroup(random.nextInt(1, 129))),
                    pick(random, Mapping.values())),
                pick(random, null,
                    new ActivationScheme(random.nextInt(2, 9), new Granularity.PerTensor(),
                        pick(random, Mapping.values()), Range.DYNAMIC),
                    new ActivationScheme(random.nextInt(2, 9), new Granularity.PerTensor(),
                        pick(random, Mapping.values()), Range.STATIC,
                        pick(random, Observer.of(pick(random, Observer.Kind.values())),
                            new Observer(Observer.Kind.PERCENTILE, 99.9))),
                    new ActivationScheme(random.nextInt(2, 9), new Granularity.PerToken(),
                        pick(random, Mapping.values()), Range.DYNAMIC)),
                pick(random, Method.values())));
    return new Rule(new Pattern(pattern), scheme, random.nextBoolean());
  }

  @SafeVarargs
  private static <T> T pick(Random random, T... values) {
    return values[random.nextInt(values.length)];
  }
}

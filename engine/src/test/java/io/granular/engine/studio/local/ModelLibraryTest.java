package io.granular.engine.studio.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.granular.engine.lower.Capabilities;
import io.granular.engine.run.RunRequest;
import io.granular.engine.run.SamplerChoice;
import io.granular.engine.store.Float32;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.ModelSources;
import io.granular.engine.studio.EngineException;
import io.granular.engine.studio.ModelInfo;
import io.granular.engine.studio.ModelInfo.ModuleInfo;
import io.granular.engine.studio.ModuleWeights;
import io.granular.engine.studio.PlanSummary;
import io.granular.engine.studio.RecipeInfo;
import io.granular.engine.studio.protocol.KernelReport;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelLibraryTest {
  private static final KernelReport MACHINE = new KernelReport("2.7.1",
      new Capabilities(true, true, true, true), List.of(), 200_000_000);

  private final ModelLibrary library = new ModelLibrary();

  @Test
  void describesTheBundledModel() {
    ModelInfo info = library.info("demo", null);

    assertThat(info.family()).isEqualTo("SD 1.x");
    assertThat(info.networks()).extracting(ModelInfo.NetworkInfo::name)
        .containsExactly("text_encoder", "unet", "vae");
    assertThat(info.networks().get(1).modules())
        .contains(new ModuleInfo("unet.conv_in", "Conv2d", List.of(96L, 4L, 3L, 3L), "F16",
            96 * 36 + 96, 2 * (96 * 36 + 96)));
    assertThat(info.networks().get(2).modules()).extracting(ModuleInfo::name)
        .contains("vae.encoder.conv_in", "vae.decoder.conv_out", "vae.post_quant_conv");
    assertThat(info.bytes()).isEqualTo(2 * info.parameters());
    assertThat(info.defaults().prompt()).isEqualTo("blue heart on a pink background");
    assertThat(info.defaults().steps()).isEqualTo(20);
    assertThat(info.defaults().guidance()).isEqualTo(3);
    assertThat(info.defaults().width()).isEqualTo(128);
    assertThat(info.defaults().sampler()).isEqualTo("pndm");
  }

  @Test
  void plansEveryBuiltInRecipeAndQuantizedOnesTakeLess() {
    List<String> ids = library.recipes().stream().map(RecipeInfo::id).toList();
    assertThat(ids).contains("fp32", "bf16", "w8a8-dynamic");
    long fp32 = library.plan("demo", null, "fp32", MACHINE).weights();
    for (String id : ids) {
      PlanSummary plan = library.plan("demo", null, id, MACHINE);
      assertThat(plan.weights()).isLessThanOrEqualTo(fp32);
      assertThat(plan.modules()).allSatisfy(m -> assertThat(m.kernel()).isNotEmpty());
      assertThat(plan.estimatedPeakRss()).isGreaterThan(MACHINE.baselineRss() + plan.weights());
    }
    PlanSummary w8a8 = library.plan("demo", null, "w8a8-dynamic", MACHINE);
    assertThat(w8a8.weights() + w8a8.scales()).isLessThan(fp32 / 2);
    assertThat(w8a8.scales()).isPositive();
  }

  @Test
  void anIntegerKernelThatThisMachineLacksIsSimulated() {
    KernelReport poor = new KernelReport("2.7.1", Capabilities.NONE, List.of(), 1);
    assertThat(library.plan("demo", null, "w8a8-dynamic", poor).modules())
        .anyMatch(PlanSummary.ModulePlan::simulated);
    assertThat(library.plan("demo", null, "w8a8-dynamic", MACHINE).modules())
        .noneMatch(PlanSummary.ModulePlan::simulated);
  }

  @Test
  void plansNameTheRuleAndTheShapeOfEveryModule() {
    PlanSummary.ModulePlan convIn = library.plan("demo", null, "w8a8-dynamic", MACHINE)
        .modules()
        .stream()
        .filter(module -> module.module().equals("unet.conv_in"))
        .findFirst()
        .orElseThrow();
    assertThat(convIn.shape()).containsExactly(96L, 4L, 3L, 3L);
    assertThat(convIn.parameters()).isEqualTo(96 * 36 + 96);
    assertThat(convIn.rule()).as("the first rule keeps it").isZero();
  }

  @Test
  void surveysAWeightAsItIsStored() {
    float[] values;
    try (ModelSource source = ModelSources.open("demo", null)) {
      values = Float32.read(source.component("unet").tensors(),
          "up_blocks.0.resnets.0.conv1.weight");
    }
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    double mean = sum / values.length;
    double squares = 0;
    double firstChannel = 0;
    for (int i = 0; i < values.length; i++) {
      squares += (values[i] - mean) * (values[i] - mean);
      firstChannel = i < values.length / 256 ? Math.max(firstChannel, Math.abs(values[i]))
          : firstChannel;
    }

    ModuleWeights survey = library.moduleWeights("demo", "unet.up_blocks.0.resnets.0.conv1");

    assertThat(survey.shape().getFirst()).isEqualTo(256);
    assertThat(survey.dtype()).isEqualTo("F16");
    assertThat(survey.count()).isEqualTo(values.length);
    assertThat(survey.mean()).isCloseTo(mean, within(1e-12));
    assertThat(survey.std()).isCloseTo(Math.sqrt(squares / values.length), within(1e-9));
    assertThat(survey.channelMax()).hasSize(256);
    assertThat(survey.channelMax()[0]).isEqualTo(firstChannel);
    assertThat(Arrays.stream(survey.channelMax()).max().orElseThrow())
        .isEqualTo(Math.max(survey.max(), -survey.min()));
    assertThat(Arrays.stream(survey.histogram()).sum()).isEqualTo(values.length);
    double width = (survey.max() - survey.min()) / ModuleWeights.BINS;
    long inMiddle = 0;
    for (float value : values) {
      inMiddle += (int) ((value - survey.min()) / width) == 32 ? 1 : 0;
    }
    assertThat(survey.histogram()[32]).isEqualTo(inMiddle);
  }

  @Test
  void whatCannotBeReadIsExplained() {
    assertThatThrownBy(() -> library.info("no/such/model", null))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("no such file or folder");
    assertThatThrownBy(() -> library.plan("demo", null, "w8a8-dynamik", MACHINE))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("w8a8-dynamic");
    assertThatThrownBy(() -> library.moduleWeights("demo", "unet.conv_inn"))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("no module 'unet.conv_inn'");
    assertThatThrownBy(() -> library.check(new RunRequest("demo", null, "fp32", "", "", 0, null,
        null, 100, null, SamplerChoice.MODEL_DEFAULT, 0, null, null, false, Path.of("out"))))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("multiple of 8");
  }
}

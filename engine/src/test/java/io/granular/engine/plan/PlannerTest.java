package io.granular.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granular.engine.lower.Capabilities;
import io.granular.engine.lower.Kernel;
import io.granular.engine.lower.Kernels;
import io.granular.engine.network.Op;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.quant.Granularity;
import io.granular.engine.quant.Mapping;
import io.granular.engine.quant.Scheme;
import io.granular.engine.quant.Treatments;
import io.granular.engine.quant.Treatments.Clip;
import io.granular.engine.quant.Treatments.Gptq;
import io.granular.engine.quant.WeightScheme;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.ModelSources;
import io.granular.engine.torch.ScalarType;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlannerTest {
  private static final Capabilities EVERYTHING = new Capabilities(true, true, true, true);
  private static final String GOLDENS = "src/test/goldens/";
  private static final String SD1 = GOLDENS + "tiny-sd1";
  private static final String TOKENS = "text_encoder.text_model.embeddings.token_embedding";

  /** Shipped recipes fit every family, or they would have to mark rules as optional. */
  @ParameterizedTest
  @ValueSource(strings = {"demo", SD1, GOLDENS + "tiny-sd2", GOLDENS + "tiny-sdxl"})
  void everyBuiltInRecipeFitsEveryFamily(String model) {
    for (BuiltInRecipes.BuiltIn builtIn : new BuiltInRecipes().all()) {
      Plan plan = plan(builtIn.recipe(), model, EVERYTHING);

      assertThat(plan.notes()).as(builtIn.id()).isEmpty();
      assertThat(plan.modules()).allSatisfy(m -> assertThat(m.rule()).isPresent());
      assertThat(plan.simulated()).isEmpty();
    }
  }

  @Test
  void bytesFollowFromShapesAndTypes() {
    Plan fp32 = plan("fp32", SD1);
    Plan fp16 = plan("fp16", SD1);
    Plan w8 = plan("w8", SD1);

    long parameters = fp32.modules()
        .stream()
        .flatMap(m -> m.op().parameters().stream())
        .mapToLong(p -> p.elements())
        .sum();
    assertThat(fp32.bytesBefore()).isEqualTo(2 * parameters);
    assertThat(fp32.cost()).isEqualTo(new Kernel.Cost(4 * parameters, 0));
    assertThat(fp16.cost().total()).isBetween(2 * parameters, 3 * parameters);

    ModulePlan toQ = module(w8, "unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_q");
    Op.Matrix op = (Op.Matrix) toQ.op();
    assertThat(toQ.cost()).isEqualTo(new Kernel.Cost(op.rows() * op.columns(), op.rows() * 4));
    assertThat(toQ.bytesBefore()).isEqualTo(op.rows() * op.columns() * 2);
  }

  @Test
  void treatmentsALayerCannotHaveAreLeftOutWithANote() {
    Plan plan = plan(RecipeReader.parse("""
        {"version": 1, "name": "x", "rules": [
          {"match": "**.{conv*,proj_*,to_*,fc*,linear*,net.**}", "weights": {"bits": 4},
           "treatments": {"split": true, "gptq": true, "rotate": true}},
          {"match": "**", "keep": "fp32"}]}
        """, "x"), SD1, EVERYTHING);

    assertThat(module(plan, "unet.up_blocks.0.resnets.0.conv1").kernelId())
        .isEqualTo("int4-weight-only-bf16+split+rotate+gptq");
    assertThat(module(plan, "unet.up_blocks.0.resnets.0.conv_shortcut").kernelId())
        .contains("+split");
    assertThat(module(plan, "unet.up_blocks.0.resnets.0.conv2").kernelId())
        .isEqualTo("int4-weight-only-bf16+rotate+gptq");
    ModulePlan text = module(plan, "text_encoder.text_model.encoder.layers.0.mlp.fc1");
    assertThat(text.kernelId()).isEqualTo("int4-weight-only-bf16+rotate");
    assertThat(text.note()).contains("only the U-Net's inputs are observed");
    assertThat(module(plan, "unet.conv_in").decision().text())
        .isEqualTo("int4 per_axis + split + rotate + gptq");
  }

  @Test
  void treatmentsFitTheLayer() {
    Scheme.Integers asked = new Scheme.Integers(
        new WeightScheme(4, new Granularity.PerGroup(32), Mapping.ASYMMETRIC), null,
        Scheme.Method.PTQ,
        new Treatments(true, null, false, 0, Clip.MINMAX, Gptq.USUAL, false));
    Op.Conv2d wide = new Op.Conv2d(1920, 640, 3, 1, 1, 0, true);

    TreatmentFit whole = TreatmentFit.of("unet", wide, asked, OptionalInt.empty());
    assertThat(whole.boundary()).isZero();
    assertThat(whole.scheme().treatments().gptq()).isEqualTo(Gptq.USUAL);
    assertThat(whole.note()).isEqualTo("gptq with its Hessian cut into 3 blocks: more than 6144"
        + " columns are not held whole");
    Scheme.Integers rotated = asked.with(
        new Treatments(false, null, true, 0, Clip.MINMAX, Gptq.USUAL, false));
    assertThat(TreatmentFit.of("unet", new Op.Conv2d(1024, 64, 3, 1, 1, 0, true), rotated,
        OptionalInt.empty()).note()).startsWith("gptq left out");
    // Each part has a Hessian of its own.
    TreatmentFit halves = TreatmentFit.of("unet", new Op.Conv2d(1280, 640, 3, 1, 1, 0, true),
        asked, OptionalInt.of(640));
    assertThat(halves.boundary()).isEqualTo(640);
    assertThat(halves.note()).isEmpty();
    assertThat(halves.scheme()).isEqualTo(asked);
    TreatmentFit uneven = TreatmentFit.of("unet", new Op.Linear(96, 64, true), asked,
        OptionalInt.of(40));
    assertThat(uneven.boundary()).isZero();
    assertThat(uneven.scheme().treatments().split()).isFalse();
    assertThat(uneven.note()).contains("split left out: 40 weights");
  }

  @Test
  void everyModuleNamesWhatDecided() {
    Plan plan = plan("w8a8-dynamic", SD1);

    ModulePlan convIn = module(plan, "unet.conv_in");
    assertThat(convIn.decision()).isEqualTo(new Decision.Kept(ScalarType.BF16));
    assertThat(convIn.rule()).hasValue(0);
    assertThat(convIn.reason()).isEqualTo("rules[0] unet.{conv_in,conv_out}");
    assertThat(convIn.kernelId()).isEqualTo("onednn-bf16");
    assertThat(convIn.kind()).isEqualTo("Conv2d");

    ModulePlan toQ = module(plan, "unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_q");
    assertThat(toQ.decision().word()).isEqualTo("quantized");
    assertThat(toQ.decision().text()).isEqualTo("int8 per_axis, dynamic int8 per_token");
    assertThat(toQ.kernelId()).isEqualTo("onednn-int8-dynamic-token");
    assertThat(toQ.simulated()).isFalse();

    ModulePlan norm = module(plan, "unet.conv_norm_out");
    assertThat(norm.decision()).isEqualTo(new Decision.Kept(ScalarType.F32));
    assertThat(norm.note()).isEqualTo("held in fp32, the type between this network's layers");
    assertThat(norm.kind()).isEqualTo("GroupNorm");

    ModulePlan vae = module(plan, "vae.decoder.conv_in");
    assertThat(vae.network()).isEqualTo("vae.decode");
    assertThat(vae.module()).isEqualTo("decoder.conv_in");
    assertThat(plan.kernels("vae.decode")).containsEntry("decoder.conv_in", vae.kernel());
  }

  @Test
  void textToImageLeavesOutTheEncoder() {
    Plan plan = plan("w8", SD1);

    assertThat(plan.modules()).anyMatch(m -> m.name().equals("vae.encoder.conv_in"));
    assertThat(plan.textToImage().modules()).noneMatch(m -> m.name().startsWith("vae.encoder."));
    assertThat(plan.textToImage().cost().total()).isLessThan(plan.cost().total());
  }

  @Test
  void normsAndEmbeddingsAreSkippedWithAReason() {
    Plan plan = plan(recipe("{'match':'**','weights':{'bits':8}}"), SD1, EVERYTHING);

    assertThat(module(plan, "unet.conv_norm_out").reason())
        .isEqualTo("a norm has no matrix to quantize; kept at bf16");
    ModulePlan positions =
        module(plan, "text_encoder.text_model.embeddings.position_embedding");
    assertThat(positions.decision()).isInstanceOf(Decision.Skipped.class);
    assertThat(positions.reason()).endsWith("; kept as stored, fp16");
    assertThat(module(plan, "unet.conv_in").decision()).isInstanceOf(Decision.Quantized.class);
  }

  @ParameterizedTest
  @CsvSource({"fp32,F32", "fp16,F16", "bf16,BF16", "w8,BF16"})
  void embeddingsAreHeldAsTheirRuleSays(String recipe, ScalarType type) {
    for (Capabilities machine : List.of(EVERYTHING, Capabilities.NONE)) {
      Plan plan = plan(new BuiltInRecipes().open(recipe), SD1, machine);
      ModulePlan tokens = module(plan, TOKENS);

      assertThat(tokens.decision()).isEqualTo(new Decision.Kept(type));
      assertThat(tokens.note()).isEmpty();
      assertThat(tokens.cost().total())
          .isEqualTo(type.bytes() * tokens.op().parameters().getFirst().elements());
      assertThat(plan.tables("text_encoder")).containsEntry(
          TOKENS.substring("text_encoder.".length()), type).hasSize(2);
    }
  }

  @Test
  void embeddingsWithoutARuleStayAsStored() {
    Plan plan = plan(recipe("{'match':'vae.**','keep':'bf16'}"), SD1, EVERYTHING);

    assertThat(module(plan, TOKENS).decision()).isEqualTo(new Decision.Kept(ScalarType.F16));
  }

  @Test
  void groupsThatDoNotFitAreSkippedAndKeptAsStored() {
    Plan plan = plan(
        recipe("{'match':'**','weights':{'bits':4,'granularity':'per_group','group':32}}"), SD1,
        EVERYTHING);

    ModulePlan convIn = module(plan, "unet.conv_in");
    assertThat(convIn.reason()).isEqualTo(
        "36 weights per output do not divide into groups of 32; kept as stored, fp16");
    assertThat(convIn.kernelId()).isEqualTo("fp16-storage");
    assertThat(module(plan, "unet.mid_block.resnets.0.conv1").decision().text())
        .isEqualTo("int4 per_group 32");
  }

  @Test
  void whatNoRuleMatchesStaysAsStored() {
    Plan plan = plan(recipe("{'match':'vae.**','keep':'bf16'}"), SD1, EVERYTHING);

    ModulePlan convIn = module(plan, "unet.conv_in");
    assertThat(convIn.decision()).isEqualTo(new Decision.Kept(ScalarType.F16));
    assertThat(convIn.rule()).isEmpty();
    assertThat(convIn.reason()).isEqualTo("no rule matches");
  }

  @Test
  void aRuleThatMatchesNothingIsAnErrorNamingTheNearest() {
    Recipe typo = recipe("{'match':'**','keep':'bf16'},{'match':'unet.**.conv1x','keep':'fp32'}");

    assertThatThrownBy(() -> plan(typo, SD1, EVERYTHING))
        .isInstanceOf(BadRecipeException.class)
        .hasMessageStartingWith("test: rules[1] (\"unet.**.conv1x\"): matches no module of this"
            + " pipeline; the nearest are unet.down_blocks.0.resnets.0.conv1, ")
        .hasMessageContaining("\"optional\": true");
  }

  @Test
  void anOptionalRuleMayMatchNothing() {
    Recipe recipe = recipe("{'match':'text_encoder_2.**','optional':true,'keep':'fp32'},"
        + "{'match':'**','keep':'bf16'}");

    assertThat(plan(recipe, SD1, EVERYTHING).notes()).isEmpty();
    assertThat(module(plan(recipe, GOLDENS + "tiny-sdxl", EVERYTHING),
        "text_encoder_2.text_projection").rule()).hasValue(0);
  }

  @Test
  void aRuleThatComesTooLateIsNoted() {
    Recipe recipe = recipe("{'match':'**','keep':'bf16'},{'match':'unet.conv_*','keep':'fp32'}");

    assertThat(plan(recipe, SD1, EVERYTHING).notes()).containsExactly(
        "rules[1] (\"unet.conv_*\") decides nothing: earlier rules match all of its 3 modules");
  }

  @Test
  void aMachineWithoutIntegersSimulatesAndSaysSo() {
    Plan plan = plan(new BuiltInRecipes().open("w8a8-dynamic"), SD1, Capabilities.NONE);

    ModulePlan conv = module(plan, "unet.mid_block.resnets.0.conv1");
    assertThat(conv.simulated()).isTrue();
    assertThat(conv.note()).isEqualTo("no integer kernel computes this scheme here");
    assertThat(plan.simulated()).contains(conv.name());
    assertThat(plan.kernelCounts().get("simulated")).isEqualTo(plan.simulated().size());
    assertThat(module(plan, "unet.conv_in").note())
        .isEqualTo("this processor has no bf16 arithmetic: computed in fp32;"
            + " slower than fp32 (estimated)");
  }

  /** The tiny model's layers multiply few rows; a long sequence of rows repays the widening. */
  @Test
  void layersThatTakeLongerThanInFp32AreMarked() {
    Plan tiny = plan(new BuiltInRecipes().open("w4-g32"), SD1, EVERYTHING);
    assertThat(module(tiny, "unet.mid_block.resnets.0.conv1").note())
        .matches("slower than fp32 \\(estimated\\): .* for only \\d+ rows of input");
    assertThat(module(plan(new BuiltInRecipes().open("bf16"), SD1, EVERYTHING),
        "unet.mid_block.resnets.0.conv1").note()).isEmpty();

    Op.Linear wide = new Op.Linear(320, 320, true);
    Kernel kernel = new Kernels(EVERYTHING)
        .choose(wide, new BuiltInRecipes().open("w4-g32")
            .rules()
            .stream()
            .map(Rule::scheme)
            .filter(Scheme.Integers.class::isInstance)
            .findFirst()
            .orElseThrow())
        .kernel();
    assertThat(kernel.breakEven(wide)).isBetween(128L, 2048L);
  }

  @Test
  void ggufTypesAreBlocksWithTheirBytes() {
    Plan plan = plan(recipe("{'match':'unet.**','weights':{'type':'q4_0'}},"
        + "{'match':'**','keep':'bf16'}"), SD1, EVERYTHING);

    ModulePlan convIn = module(plan, "unet.conv_in");
    assertThat(convIn.reason()).isEqualTo("36 weights per output do not divide into blocks of 32,"
        + " which q4_0 needs; kept as stored, fp16");
    ModulePlan conv = module(plan, "unet.mid_block.resnets.0.conv1");
    assertThat(conv.decision().text()).isEqualTo("gguf q4_0");
    assertThat(conv.kernelId()).isEqualTo("gguf-q4_0-bf16");
    assertThat(conv.simulated()).isFalse();
    Op.Matrix op = (Op.Matrix) conv.op();
    assertThat(conv.cost().total())
        .isEqualTo(op.rows() * op.columns() / 32 * 18 + op.rows() * 4);
  }

  @Test
  void aPlanCanSimulateEverything() {
    try (ModelSource source = ModelSources.open(SD1, null)) {
      Plan plan = new Planner(new Kernels(EVERYTHING, true))
          .plan(new BuiltInRecipes().open("gguf-q8_0"), PipelineGraphs.of(source), source);

      assertThat(plan.modules())
          .filteredOn(m -> m.decision() instanceof Decision.Quantized)
          .isNotEmpty()
          .allMatch(ModulePlan::simulated)
          .allMatch(m -> m.note().equals("simulated as asked"));
      assertThat(module(plan, "unet.conv_in").kernelId()).isEqualTo("onednn-bf16");
    }
  }

  /** What a family cannot have is covered by rules, not by surprises. */
  @ParameterizedTest
  @ValueSource(strings = {"tiny-sd1", "tiny-sd2", "tiny-sdxl"})
  void builtInRecipesSkipNothingAndEachRuleCounts(String model) {
    for (BuiltInRecipes.BuiltIn builtIn : new BuiltInRecipes().all()) {
      Plan plan = plan(builtIn.recipe(), GOLDENS + model, EVERYTHING);

      assertThat(plan.modules()).as(builtIn.id())
          .noneMatch(m -> m.decision() instanceof Decision.Skipped);
      assertThat(plan.notes()).as(builtIn.id()).isEmpty();
    }
  }

  @Test
  void untrainedQatIsNoted() {
    Recipe qat = recipe("{'match':'**','weights':{'bits':4},'method':'qat'}");

    assertThat(module(plan(qat, SD1, EVERYTHING), "unet.conv_in").note())
        .endsWith("qat changes numbers by training; until then they are those of ptq");
  }

  private static Recipe recipe(String rules) {
    return RecipeReader.parse(
        "{'version':1,'name':'test','rules':[%s]}".formatted(rules).replace('\'', '"'), "test");
  }

  private static Plan plan(String builtIn, String model) {
    return plan(new BuiltInRecipes().open(builtIn), model, EVERYTHING);
  }

  private static Plan plan(Recipe recipe, String model, Capabilities machine) {
    try (ModelSource source = ModelSources.open(model, null)) {
      return new Planner(new Kernels(machine)).plan(recipe, PipelineGraphs.of(source), source);
    }
  }

  private static ModulePlan module(Plan plan, String name) {
    List<ModulePlan> found = plan.modules().stream().filter(m -> m.name().equals(name)).toList();
    assertThat(found).as(name).hasSize(1);
    return found.getFirst();
  }
}

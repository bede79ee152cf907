package io.granular.app.edit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.app.fake.FakeEngine;
import io.granular.app.session.Plans;
import io.granular.app.session.Session;
import io.granular.engine.plan.RecipeReader;
import io.granular.engine.plan.Rule;
import io.granular.engine.studio.PlanSummary.ModulePlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DraftTest {
  private static final String CONV = "unet.mid_block.resnets.0.conv1";
  private static final String QUERY =
      "unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_q";

  private final FakeEngine engine = new FakeEngine();

  @TempDir
  Path folder;

  @Test
  void anEditKeepsWhatItDoesNotSpeakOf() throws IOException {
    Draft draft = w8a8();
    Draft edited = draft.with(List.of(CONV, QUERY), Field.WEIGHTS, "int4");
    assertThat(edited.value(QUERY, Field.WEIGHTS)).isEqualTo("int4");
    assertThat(edited.value(QUERY, Field.ACTIVATIONS)).isEqualTo("dynamic per_token");
    assertThat(edited.value(CONV, Field.ACTIVATIONS)).isEqualTo("dynamic per_tensor");
    assertThat(edited.overridden(CONV, Field.WEIGHTS)).isTrue();
    assertThat(edited.overridden(CONV, Field.ACTIVATIONS)).isFalse();
    assertThat(draft.overridden(CONV)).as("drafts do not change").isFalse();
  }

  @Test
  void goingBackIsNoOverride() throws IOException {
    Draft edited = w8a8().with(List.of(CONV), Field.WEIGHTS, "int4");
    assertThat(edited.with(List.of(CONV), Field.WEIGHTS, "int8").overrides()).isEmpty();
    assertThat(edited.reset(List.of(CONV)).overrides()).isEmpty();
    assertThat(edited.with(List.of("unet.mid_block.resnets.0.norm1"), Field.WEIGHTS, "int4"))
        .as("a norm cannot be edited")
        .isEqualTo(edited);
  }

  @Test
  void singleModulesAreNamedAndWholeGroupsBecomeOneRule() throws IOException {
    Draft draft = w8a8();
    assertThat(matches(draft.with(List.of(CONV), Field.WEIGHTS, "int4"))).containsExactly(CONV);

    List<String> resnet = below(draft, "unet.mid_block.resnets.0.");
    Draft kept = draft.with(resnet, Field.WEIGHTS, "bf16");
    // time_emb_proj is kept at bf16 by the base, so it is no override and the group is not whole.
    assertThat(matches(kept)).containsExactly("unet.mid_block.resnets.0.conv1",
        "unet.mid_block.resnets.0.conv2");
    assertThat(matches(draft.with(resnet, Field.WEIGHTS, "fp32"))).containsExactly(
        "unet.mid_block.resnets.0.**.{norm1,norm2}", "unet.mid_block.resnets.0.**");
  }

  @Test
  void theWrittenRecipeMeansTheSameToTheEngine() throws IOException {
    Draft draft = w8a8();
    List<String> mid = below(draft, "unet.mid_block.");
    Draft edited = draft.with(mid, Field.WEIGHTS, "int4")
        .with(mid, Field.GRANULARITY, "per_group 32")
        .with(List.of(QUERY), Field.METHOD, "qat")
        .with(below(draft, "unet.up_blocks.1.attentions.0."), Field.WEIGHTS, "fp16");
    RecipeText text = edited.recipe("edited");
    Path file = Files.writeString(folder.resolve("edited.json"), text.json());
    // One that the engine itself reads and plans.
    List<Rule> rules = RecipeReader.read(file).rules();
    assertThat(rules).hasSize(text.rules());
    for (ModulePlan module : engine.plan("demo", file.toString()).modules()) {
      if (edited.editable(module.module())) {
        assertThat(text.scheme(module.rule())).as(module.module())
            .isEqualTo(edited.scheme(module.module()));
      } else {
        assertThat(module.decision()).as(module.module()).isEqualTo("kept");
      }
    }
    assertThat(text.rules() - draft.base().rules()).as("few rules, not one for each of %s",
        edited.overrides().size()).isLessThan(20);
  }

  @Test
  void unknownKeysOfTheBaseSurvive() throws IOException {
    RecipeText base = RecipeText.parse("""
        {"version": 1, "name": "own", "attention": "bf16", "later": {"a": [1, 2]},
         "rules": [{"match": "**", "keep": "bf16", "treatments": ["x"]}]}""");
    Draft draft = Draft.of("own", base, engine.plan("demo", "bf16"))
        .with(List.of(CONV), Field.WEIGHTS, "int8");
    ObjectNode written = SchemeJsonTest.scheme(draft.recipe("new").json());
    assertThat(written).isEqualTo(SchemeJsonTest.scheme("""
        {"version": 1, "name": "new", "attention": "bf16", "later": {"a": [1, 2]},
         "rules": [{"match": "unet.mid_block.resnets.0.conv1", "weights":
           {"bits": 8, "granularity": "per_axis", "mapping": "symmetric"}, "treatments": ["x"]},
          {"match": "**", "keep": "bf16", "treatments": ["x"]}]}"""));
  }

  @Test
  void editedRecipesAreFoundAgainWithTheirOverrides() throws IOException {
    EditedRecipes store = new EditedRecipes(folder.resolve("edited"));
    Draft edited = w8a8().with(below(w8a8(), "unet.mid_block."), Field.WEIGHTS, "int6");
    RecipeText text = edited.recipe("W8A8, edited");
    String path = store.save(text,
        new EditedRecipes.Origin("w8a8-dynamic", text.rules() - edited.base().rules()));
    assertThat(store.save(text, new EditedRecipes.Origin("w8a8-dynamic", 0)))
        .as("the same content is the same file")
        .isEqualTo(path);

    Draft loaded =
        new DraftLoader(engine, new Plans(new Session(), engine), store).load("demo", path, null);
    assertThat(loaded.baseId()).isEqualTo("w8a8-dynamic");
    assertThat(loaded.overrides()).isEqualTo(edited.overrides());
  }

  private Draft w8a8() throws IOException {
    return new DraftLoader(engine, new Plans(new Session(), engine), new EditedRecipes(folder))
        .load("demo", "w8a8-dynamic", null);
  }

  private static List<String> below(Draft draft, String prefix) {
    return draft.matrices().stream().filter(module -> module.startsWith(prefix)).toList();
  }

  private static List<String> matches(Draft draft) {
    return OverrideRules.of(draft)
        .stream()
        .map((ObjectNode rule) -> rule.get("match").asText())
        .toList();
  }
}

package io.granular.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.granular.engine.metric.RgbImage;
import io.granular.engine.plan.BuiltInRecipes;
import io.granular.engine.plan.Recipe;
import io.granular.engine.plan.RecipeReader;
import io.granular.engine.run.RunRequest.TensorRef;
import io.granular.engine.store.Png;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequestTextTest {
  @TempDir
  private Path folder;

  @Test
  void aPictureCarriesItsRequestAndItsWholeRecipe() throws Exception {
    Recipe recipe = new BuiltInRecipes().open("w8a8-dynamic");
    RunRequest request = new RunRequest("demo", null, "w8a8-dynamic", "a \"red\" heart 鳥", "blue",
        42, 20, 3.0, 16, 8, new SamplerChoice("euler", "leading", "karras", false, "epsilon"), 2,
        new TensorRef(Path.of("x.safetensors"), "noise"), null, false, folder);

    Path file = new RunFiles(folder).picture(new RgbImage(16, 8, new byte[16 * 8 * 3]), request,
        recipe);

    JsonNode json = new ObjectMapper().readTree(Png.readText(file).get("granular"));
    assertThat(json.get("prompt").asText()).isEqualTo("a \"red\" heart 鳥");
    assertThat(json.get("seed").asLong()).isEqualTo(42);
    assertThat(json.get("sigmas").asText()).isEqualTo("karras");
    assertThat(json.get("latents").asText()).isEqualTo("x.safetensors:noise");
    assertThat(json.get("noise").isNull()).isTrue();
    assertThat(RecipeReader.parse(json.get("recipe_file").toString(), "picture"))
        .isEqualTo(recipe);
  }
}

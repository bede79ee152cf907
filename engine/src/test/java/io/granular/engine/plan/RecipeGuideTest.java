package io.granular.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.engine.plan.BuiltInRecipes.BuiltIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The user guide tells the truth. */
class RecipeGuideTest {
  private static final Path GUIDE = Path.of("../docs/recipes.md");

  @Test
  void itsExamplesAreRecipes() throws IOException {
    List<String> examples = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL)
        .matcher(Files.readString(GUIDE))
        .results()
        .map(match -> match.group(1))
        .toList();

    assertThat(examples).hasSize(4)
        .allSatisfy(
            json -> assertThat(RecipeReader.parse(json, "guide").rules()).isNotEmpty());
  }

  @Test
  void itNamesEveryBuiltInRecipe() throws IOException {
    List<String> named = Pattern.compile("^\\| `([^`]+)` \\|", Pattern.MULTILINE)
        .matcher(Files.readString(GUIDE).split("## Recipes that ship")[1])
        .results()
        .map(match -> match.group(1))
        .toList();

    assertThat(named)
        .containsExactlyElementsOf(new BuiltInRecipes().all().stream().map(BuiltIn::id).toList());
  }
}

package io.granular.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SideSourceTest {
  @TempDir
  Path folder;

  @Test
  void aFolderWithARecipeIsAModelOfItsOwn() throws IOException {
    Path recipe = Files.writeString(folder.resolve("recipe.json"), "{}");
    SideSource side = SideSource.of("demo", folder.toString());
    assertThat(side.model()).isEqualTo(folder.toString());
    assertThat(side.recipe()).isEqualTo(recipe.toString());
  }

  @Test
  void anythingElseIsARecipeForTheModel() throws IOException {
    assertThat(SideSource.of("demo", "w8")).isEqualTo(new SideSource("demo", "w8"));
    String file = Files.writeString(folder.resolve("mine.json"), "{}").toString();
    assertThat(SideSource.of("demo", file)).isEqualTo(new SideSource("demo", file));
  }

  @Test
  void aFolderWithoutARecipeIsRefusedByName() {
    assertThatThrownBy(() -> SideSource.of("demo", folder.toString()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining("recipe.json");
  }

  @Test
  void aSideIsNamedAfterItsFolder() {
    assertThat(SideNames.of(List.of("fp32", folder + "/.", folder.toString())))
        .containsExactly("fp32", folder.getFileName().toString(), folder.getFileName() + " 2");
  }
}

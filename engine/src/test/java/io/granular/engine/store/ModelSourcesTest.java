package io.granular.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelSourcesTest {
  private static final String GOLDENS = "src/test/goldens/";

  @TempDir
  Path folder;

  @Test
  void opensWhatItIs() {
    try (ModelSource demo = ModelSources.open("demo", null);
        ModelSource pipeline = ModelSources.open(GOLDENS + "tiny-sdxl", null);
        ModelSource single =
            ModelSources.open(GOLDENS + "tiny-sd1-single-file.safetensors", null)) {
      assertThat(demo.name()).isEqualTo("demo");
      assertThat(pipeline).isInstanceOf(PipelineFolder.class);
      assertThat(single).isInstanceOf(SingleFileCheckpoint.class);
    }
  }

  @Test
  void theDemoIsLookedForWhereTheLauncherSays() throws IOException {
    String models = System.getProperty("granular.models");
    try {
      System.setProperty("granular.models", folder.toString());
      assertThatThrownBy(() -> ModelSources.open("demo", null))
          .isInstanceOf(BadModelException.class)
          .hasMessageContaining(folder.resolve("demo").toString());
      System.clearProperty("granular.models");
      assertThatThrownBy(() -> ModelSources.open("demo", null))
          .hasMessageContaining("granular.home");
      Folders.copy(Path.of(GOLDENS + "tiny-sd1"), folder.resolve("models/demo"));
      System.setProperty("granular.home", folder.toString());
      try (ModelSource demo = ModelSources.open("demo", null)) {
        assertThat(demo.path()).isEqualTo(folder.resolve("models/demo"));
      }
    } finally {
      System.setProperty("granular.models", models);
      System.clearProperty("granular.home");
    }
  }

  @ParameterizedTest
  @CsvSource({"model.gguf,not begin with", "model.CKPT,pickle", "pytorch_model.bin,pickle",
      "model.txt,Granular opens"})
  void whatCannotBeOpenedIsSaidWithWhatCan(String name, String complaint) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "x");
    assertThatThrownBy(() -> ModelSources.open(file.toString(), null))
        .isInstanceOf(BadModelException.class)
        .hasMessageContaining(name)
        .hasMessageContaining(complaint);
  }

  @Test
  void missingFilesAndWrongOptionsAreSaid() {
    assertThatThrownBy(() -> ModelSources.open("stabilityai/sdxl", null))
        .isInstanceOf(BadModelException.class)
        .hasMessageContaining("no such file or folder");
    assertThatThrownBy(() -> ModelSources.open("\0", null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ModelSources.open("demo", folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("configuration folder");
  }
}

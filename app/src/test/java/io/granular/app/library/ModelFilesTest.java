package io.granular.app.library;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFilesTest {
  @Test
  void foldersAndCheckpointsLookLikeModels(@TempDir Path folder) throws IOException {
    Path picture = Files.createFile(folder.resolve("picture.png"));
    Path checkpoint = Files.createFile(folder.resolve("sd15.safetensors"));
    assertThat(ModelFiles.looksLikeModel(folder.toFile())).isTrue();
    assertThat(ModelFiles.looksLikeModel(checkpoint.toFile())).isTrue();
    assertThat(ModelFiles.looksLikeModel(picture.toFile())).isFalse();
  }
}

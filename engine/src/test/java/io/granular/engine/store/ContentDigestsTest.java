package io.granular.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentDigestsTest {
  private static final String OF_ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @TempDir
  Path folder;

  private final ContentDigests digests = new ContentDigests();

  @Test
  void aFilesDigestIsItsSha256() throws IOException {
    Path file = Files.writeString(folder.resolve("f"), "abc");
    assertThat(digests.of(file)).isEqualTo(OF_ABC);
  }

  @Test
  void anUnchangedFileIsNotReadAgainAndAChangedOneIs() throws IOException {
    Path file = Files.writeString(folder.resolve("f"), "abc");
    FileTime time = Files.getLastModifiedTime(file);
    digests.of(file);
    Files.writeString(file, "abd");
    Files.setLastModifiedTime(file, time);
    assertThat(digests.of(file)).isEqualTo(OF_ABC);
    Files.setLastModifiedTime(file, FileTime.fromMillis(time.toMillis() + 5000));
    assertThat(digests.of(file)).isNotEqualTo(OF_ABC);
  }

  @Test
  void componentsDifferByNameConfigurationAndWeights() {
    try (ModelSource sd1 = ModelSources.open("src/test/goldens/tiny-sd1", null);
        ModelSource sd2 = ModelSources.open("src/test/goldens/tiny-sd2", null)) {
      Component unet = sd1.component("unet");
      String digest = digests.of(unet);
      assertThat(digest).hasSize(64).isEqualTo(new ContentDigests().of(unet));
      assertThat(digests.of(sd1.component("vae"))).isNotEqualTo(digest);
      assertThat(digests.of(sd2.component("unet"))).isNotEqualTo(digest);
      Component other = new Component(unet.name(), unet.className(),
          unet.config().deepCopy().put("sample_size", 7), unet.tensors(), unet.files());
      assertThat(digests.of(other)).isNotEqualTo(digest);
    }
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> digests.of(folder.resolve("none")))
        .isInstanceOf(BadModelException.class)
        .hasMessageContaining("none");
  }
}

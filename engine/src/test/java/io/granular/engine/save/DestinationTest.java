package io.granular.engine.save;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granular.engine.store.BadModelException;
import io.granular.engine.store.ModelSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DestinationTest {
  /** No process has it: Linux and macOS count to 4,194,304 at most, Windows in fours. */
  private static final String NOBODY = "999999999";

  @TempDir
  Path folder;

  private Path source;

  @BeforeEach
  void aModel() throws IOException {
    source = Files.createDirectory(folder.resolve("model"));
  }

  private Destination open(Path to, boolean overwrite) {
    return Destination.open(to, true, overwrite, source, 1000);
  }

  @Test
  void appearsWholeOrNotAtAll() throws IOException {
    Path to = folder.resolve("deep/er/saved");
    try (Destination destination = open(to, false)) {
      Files.writeString(destination.part().resolve("a"), "x");
      assertThat(to).doesNotExist();
      destination.commit();
    }
    assertThat(to.resolve("a")).hasContent("x");
    try (Destination destination = open(folder.resolve("other"), false)) {
      Files.writeString(destination.part().resolve("a"), "x");
    }
    assertThat(folder).isDirectoryNotContaining(path -> path.toString().contains("other"));
    assertThat(to.getParent()).isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void replacesOnlyWhenAsked() throws IOException {
    Path to = Files.createDirectory(folder.resolve("saved"));
    Files.writeString(to.resolve("old"), "mine");
    assertThatThrownBy(() -> open(to, false)).hasMessageContaining("is there already");
    assertThat(to.resolve("old")).hasContent("mine");
    try (Destination destination = open(to, true)) {
      Files.writeString(destination.part().resolve("new"), "x");
      destination.commit();
    }
    assertThat(to.resolve("old")).doesNotExist();
    assertThat(to.resolve("new")).exists();
    assertThat(folder).isDirectoryNotContaining("glob:**.old");
  }

  @Test
  void anEmptyFolderIsAPlace() throws IOException {
    Path to = Files.createDirectory(folder.resolve("saved"));
    try (Destination destination = open(to, false)) {
      Files.writeString(destination.part().resolve("a"), "x");
      destination.commit();
    }
    assertThat(to.resolve("a")).exists();
  }

  @Test
  void theModelItselfIsNoPlace() {
    assertThatThrownBy(() -> open(source, true)).hasMessageContaining("is the model");
    assertThatThrownBy(() -> open(source.resolve("inside"), true))
        .hasMessageContaining("lies inside it");
    assertThatThrownBy(() -> open(folder, true)).hasMessageContaining("holds it");
  }

  @Test
  void aDiskWithoutRoomIsSeenBeforehand() {
    Path to = folder.resolve("saved");
    assertThatThrownBy(() -> Destination.open(to, true, false, source, Long.MAX_VALUE / 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("free")
        .hasMessageContaining("Nothing was written");
    assertThat(folder).isDirectoryContaining(source::equals)
        .isDirectoryNotContaining(path -> !path.equals(source));
  }

  @Test
  void whatAKilledProcessLeftIsRemoved() throws IOException {
    Path stale = Files
        .createDirectory(folder.resolve(".saved." + NOBODY + "-" + UUID.randomUUID() + ".part"));
    Path others = Files.createDirectory(
        folder.resolve(
            ".saved." + ProcessHandle.current().pid() + "-" + UUID.randomUUID() + ".part"));
    Files.writeString(stale.resolve("half"), "x");
    assertThatThrownBy(() -> ModelSources.open(stale.toString(), null).close())
        .isInstanceOf(BadModelException.class)
        .hasMessageContaining("still being saved");
    open(folder.resolve("saved"), false).close();
    assertThat(stale).doesNotExist();
    assertThat(others).exists();
  }

  @Test
  void whatAKilledProcessHadMovedAsideComesBack() throws IOException {
    Path aside = Files
        .createDirectory(folder.resolve(".saved." + NOBODY + "-" + UUID.randomUUID() + ".old"));
    Files.writeString(aside.resolve("old"), "mine");
    Path to = folder.resolve("saved");
    assertThatThrownBy(() -> open(to, false)).hasMessageContaining("is there already");
    assertThat(to.resolve("old")).hasContent("mine");
  }

  @Test
  void afterAFailureTheMessageSaysWhatIsLeft() throws IOException {
    try (Destination destination = open(folder.resolve("saved"), false)) {
      assertThat(destination.failure(new IOException("No space left on device")))
          .hasMessageContaining("No space left on device")
          .hasMessageContaining("has been removed");
    }
  }
}

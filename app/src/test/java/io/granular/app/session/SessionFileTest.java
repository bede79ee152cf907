package io.granular.app.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionFileTest {
  @TempDir
  Path folder;

  private SessionFile file;

  @BeforeEach
  void name() {
    file = new SessionFile(folder.resolve("deep/session.json"));
  }

  @Test
  void whatIsSavedIsLoaded() throws IOException {
    SavedSession saved = new SavedSession(new SavedSession.Bounds(1, 2, 3, 4, true), 352.0, "dark",
        "onion", "/m", List.of("/m", "/n"), "prompt", "negative", 1L << 60, false,
        new SideSettings("fp32", Sampling.MODEL_DEFAULT),
        new SideSettings("bf16", Sampling.MODEL_DEFAULT.withGuidance(7.5)), 4, true);
    file.save(saved);
    assertThat(file.load()).isEqualTo(saved);
    assertThat(folder.resolve("deep")).isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void aMissingFileIsNothingSaved() throws IOException {
    assertThat(file.load()).isEqualTo(SavedSession.NONE);
  }

  @Test
  void partsMayBeMissingOrUnknown() throws IOException {
    Files.createDirectories(file.path().getParent());
    Files.writeString(file.path(), "{\"seed\": 5, \"later\": [1], \"a\": {}}");
    SavedSession loaded = file.load();
    assertThat(loaded.seed()).isEqualTo(5);
    Session session = new Session();
    loaded.restore(session);
    assertThat(session.seed().get()).isEqualTo(5);
    assertThat(session.side(Side.A).settings().get().recipe()).isEqualTo("fp32");
  }

  @Test
  void aDamagedFileIsKeptAside() throws IOException {
    Files.createDirectories(file.path().getParent());
    Files.writeString(file.path(), "[]");
    assertThatThrownBy(file::load).isInstanceOf(IOException.class)
        .hasMessageContaining("session.json.broken");
    assertThat(file.path()).doesNotExist();
    assertThat(file.load()).isEqualTo(SavedSession.NONE);
  }
}

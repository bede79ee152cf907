package io.granular.app.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldersTest {
  @TempDir
  Path folder;

  @Test
  void picturesOfAProcessThatIsGoneAreDeletedOnesOfALivingProcessStay() throws IOException {
    Path runs = folder.resolve("cache/runs");
    // No process has the largest number that fits.
    Path abandoned =
        Files.createDirectories(runs.resolve("20260101-000000-" + Integer.MAX_VALUE + "/001-A"));
    Files.writeString(abandoned.resolve("picture.png"), "x");
    Path living = Files.createDirectories(
        runs.resolve("20260101-000000-" + ProcessHandle.current().pid()));
    Path foreign = Files.createDirectories(runs.resolve("mine"));

    Path created = new Folders(folder.resolve("config"), folder.resolve("cache")).newRuns();

    assertThat(abandoned.getParent()).doesNotExist();
    assertThat(living).exists();
    assertThat(foreign).exists();
    assertThat(created).isEmptyDirectory().hasParent(runs);
  }
}

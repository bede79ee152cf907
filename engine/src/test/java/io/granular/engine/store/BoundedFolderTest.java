package io.granular.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was used last stays. */
class BoundedFolderTest {
  @TempDir
  Path temporary;

  @Test
  void theLongestUnusedGoFirst() throws IOException {
    Path folder = temporary.resolve("new");
    BoundedFolder bounded = new BoundedFolder(folder, 250);
    bounded.trim("nothing is there yet");
    put(bounded, "a");
    put(bounded, "b");
    age(folder.resolve("a"), 20_000);
    age(folder.resolve("b"), 10_000);
    assertThat(bounded.find("a")).contains(folder.resolve("a"));

    put(bounded, "c");

    assertThat(bounded.find("b")).isEmpty();
    assertThat(bounded.find("a")).isPresent();
    assertThat(bounded.find("c")).isPresent();
  }

  @Test
  void useWithinTheHourLeavesTheTimeAlone() throws IOException {
    BoundedFolder bounded = new BoundedFolder(temporary, 250);
    put(bounded, "a");
    age(temporary.resolve("a"), 60);
    FileTime before = Files.getLastModifiedTime(temporary.resolve("a"));
    assertThat(bounded.find("a")).isPresent();
    assertThat(Files.getLastModifiedTime(temporary.resolve("a"))).isEqualTo(before);
  }

  @Test
  void theNewFileStaysEvenIfItIsTooLarge() throws IOException {
    BoundedFolder bounded = new BoundedFolder(temporary, 50);
    Files.write(temporary.resolve(".half.part"), new byte[1000]);
    put(bounded, "a");
    put(bounded, "b");

    assertThat(bounded.find("a")).isEmpty();
    assertThat(bounded.find("b")).isPresent();
    assertThat(temporary.resolve(".half.part")).exists();
  }

  @Test
  void whatCannotBeWrittenIsNotKept() throws IOException {
    BoundedFolder bounded =
        new BoundedFolder(Files.write(temporary.resolve("file"), new byte[1]), 50);
    put(bounded, "a");
    assertThat(bounded.find("a")).isEmpty();
  }

  private static void put(BoundedFolder folder, String name) {
    folder.put(name, file -> Files.write(file, new byte[100]));
  }

  private static void age(Path file, long seconds) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(seconds)));
  }
}

package io.granular.engine.studio.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class AppFoldersTest {
  private static final Path HOME = Path.of("home").toAbsolutePath();
  private static final Path OTHER = Path.of("other").toAbsolutePath();

  @Test
  void linuxFollowsXdg() {
    assertThat(folders("Linux", Map.of())).isEqualTo(new AppFolders(
        HOME.resolve(".local/share/granular"), HOME.resolve(".cache/granular")));
    assertThat(folders("Linux",
        Map.of("XDG_DATA_HOME", OTHER.toString(), "XDG_CACHE_HOME", "not/absolute")))
        .isEqualTo(new AppFolders(OTHER.resolve("granular"), HOME.resolve(".cache/granular")));
  }

  @Test
  void macAndWindowsHaveTheirOwnPlaces() {
    assertThat(folders("Mac OS X", Map.of()).cache())
        .isEqualTo(HOME.resolve("Library/Caches/Granular"));
    assertThat(folders("Windows 11", Map.of("LOCALAPPDATA", OTHER.toString())).data())
        .isEqualTo(OTHER.resolve("Granular"));
  }

  @Test
  void oneFolderForEverythingCanBeGiven() {
    AppFolders expected = new AppFolders(OTHER, OTHER.resolve("cache"));
    assertThat(folders("Linux", Map.of("GRANULAR_DATA", OTHER.toString()))).isEqualTo(expected);
    Properties system = system("Linux");
    system.setProperty("granular.data", OTHER.toString());
    assertThat(AppFolders.of(system, Map.of("GRANULAR_DATA", "elsewhere"))).isEqualTo(expected);
  }

  private static AppFolders folders(String os, Map<String, String> environment) {
    return AppFolders.of(system(os), environment);
  }

  private static Properties system(String os) {
    Properties system = new Properties();
    system.setProperty("os.name", os);
    system.setProperty("user.home", HOME.toString());
    return system;
  }
}

package io.granular.engine.studio.local;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Where Granular keeps its own files.
 *
 * @param data what a person would miss: history, recipes
 * @param cache what can be computed again
 */
public record AppFolders(Path data, Path cache) {
  /**
   * The operating system's usual places; all under one folder if the system property
   * {@code granular.data} or the environment variable {@code GRANULAR_DATA} names it.
   */
  public static AppFolders standard() {
    return of(System.getProperties(), System.getenv());
  }

  static AppFolders of(Properties system, Map<String, String> environment) {
    String own = first(system.getProperty("granular.data"), environment.get("GRANULAR_DATA"));
    if (own != null) {
      Path root = Path.of(own).toAbsolutePath();
      return new AppFolders(root, root.resolve("cache"));
    }
    Path home = Path.of(system.getProperty("user.home"));
    String os = system.getProperty("os.name");
    if (os.startsWith("Windows")) {
      Path local = path(environment.get("LOCALAPPDATA"), home.resolve("AppData/Local"));
      return new AppFolders(local.resolve("Granular"), local.resolve("Granular/Cache"));
    }
    if (os.startsWith("Mac")) {
      Path library = home.resolve("Library");
      return new AppFolders(library.resolve("Application Support/Granular"),
          library.resolve("Caches/Granular"));
    }
    Path data = path(environment.get("XDG_DATA_HOME"), home.resolve(".local/share"));
    Path cache = path(environment.get("XDG_CACHE_HOME"), home.resolve(".cache"));
    return new AppFolders(data.resolve("granular"), cache.resolve("granular"));
  }

  /** Crash reports of workers. */
  public Path logs() {
    return cache.resolve("logs");
  }

  /** Pictures of runs that nobody has asked to keep; see {@link Scratch}. */
  public Path scratch() {
    return cache.resolve("scratch");
  }

  private static @Nullable String first(@Nullable String one, @Nullable String other) {
    return one != null && !one.isBlank() ? one : other != null && !other.isBlank() ? other : null;
  }

  /** The XDG rules say to ignore relative paths. */
  private static Path path(@Nullable String value, Path usual) {
    return value != null && !value.isBlank() && Path.of(value).isAbsolute()
        ? Path.of(value)
        : usual;
  }
}

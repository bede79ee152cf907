package io.granular.engine.studio.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * The Granular that runs here.
 *
 * @param version as released
 * @param stamp changes whenever the engine's code does, released or not
 */
public record Installation(String version, String stamp) {
  /** This one. */
  public static Installation current() {
    try {
      return new Installation(readVersion(), readStamp());
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException("Granular's own files cannot be read; install it again.", e);
    }
  }

  private static String readVersion() throws IOException {
    Properties properties = new Properties();
    try (InputStream in = Installation.class.getResourceAsStream("version.properties")) {
      if (in == null) {
        throw new IOException("version.properties is missing");
      }
      properties.load(in);
    }
    return properties.getProperty("version", "unknown");
  }

  /** The newest time of a class file or, once packaged, of the jar. */
  private static String readStamp() throws IOException, URISyntaxException {
    var source = Installation.class.getProtectionDomain().getCodeSource();
    Path code = Path.of(source.getLocation().toURI());
    try (Stream<Path> files = Files.walk(code)) {
      return Long.toString(files.filter(Files::isRegularFile)
          .mapToLong(Installation::modified)
          .max()
          .orElse(0));
    }
  }

  private static long modified(Path file) {
    try {
      return Files.getLastModifiedTime(file).toMillis();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.granular.engine.cli;

import io.granular.engine.store.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Files that a command was asked to write. */
final class TextFile {
  private TextFile() {}

  /** Writes all of it or nothing. */
  static void write(Path file, String text) {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
    try {
      AtomicFile.write(file, channel -> {
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      });
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written: " + e.getMessage()
          + ". Check that its folder exists and can be written to.", e);
    }
  }
}

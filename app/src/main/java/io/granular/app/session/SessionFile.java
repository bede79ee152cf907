package io.granular.app.session;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The window's state as a JSON file. */
public final class SessionFile {
  private static final ObjectMapper JSON = new ObjectMapper()
      .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false)
      .configure(SerializationFeature.INDENT_OUTPUT, true);

  private final Path file;

  public SessionFile(Path file) {
    this.file = file;
  }

  /** Where it is. */
  public Path path() {
    return file;
  }

  /**
   * Reads it; nothing saved if there is none.
   *
   * @throws IOException if it is damaged; it has then been put aside as {@code *.broken}, so that
   *     the next save does not overwrite it
   */
  public SavedSession load() throws IOException {
    if (!Files.exists(file)) {
      return SavedSession.NONE;
    }
    try {
      SavedSession saved = JSON.readValue(file.toFile(), SavedSession.class);
      return saved == null ? SavedSession.NONE : saved;
    } catch (IOException e) {
      Path aside = file.resolveSibling(file.getFileName() + ".broken");
      Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
      throw new IOException(file + " could not be read and was renamed to " + aside.getFileName()
          + ": " + e.getMessage(), e);
    }
  }

  /**
   * Writes it: beside, then moved, so that there is always a whole file.
   *
   * @throws IOException if the folder cannot be written
   */
  public synchronized void save(SavedSession session) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Path beside = file.resolveSibling(file.getFileName() + ".part");
    JSON.writeValue(beside.toFile(), session);
    Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.ATOMIC_MOVE);
  }
}

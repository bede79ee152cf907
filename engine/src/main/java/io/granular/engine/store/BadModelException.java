package io.granular.engine.store;

import java.nio.file.Path;

/** A model file or folder that cannot be used; says which file, where in it, and what to do. */
public final class BadModelException extends RuntimeException {
  /**
   * @param file the offending file or folder
   * @param problem what is wrong and where in the file
   * @param remedy what the person can do about it
   */
  public BadModelException(Path file, String problem, String remedy) {
    super(file + ": " + problem + ". " + remedy);
  }

  /** As above, keeping the cause. */
  public BadModelException(Path file, String problem, String remedy, Throwable cause) {
    super(file + ": " + problem + ". " + remedy, cause);
  }
}

package io.granular.app.control;

/**
 * Something a person should know, shown without stopping the work.
 *
 * @param severity how bad it is
 * @param title what happened, in a few words
 * @param message what and where
 * @param remedy what to do about it; may be empty
 * @param details a log to open on demand; may be empty
 */
public record Notice(Severity severity, String title, String message, String remedy,
    String details) {
  /** How bad it is. */
  public enum Severity {
    INFO, ERROR
  }

  /** Something went wrong. */
  public static Notice error(String title, String message, String remedy, String details) {
    return new Notice(Severity.ERROR, title, message, remedy, details);
  }

  /** Something is worth knowing. */
  public static Notice info(String title, String message) {
    return new Notice(Severity.INFO, title, message, "", "");
  }
}

package io.granular.engine.cli;

/** The person ended the command. */
final class CancelledException extends RuntimeException {
  CancelledException() {
    super("Cancelled.");
  }
}

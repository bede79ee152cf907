package io.granular.engine.cli;

/** What the process says when it ends. */
final class ExitCodes {
  static final int OK = 0;
  static final int FAILED = 1;
  static final int WRONG_USAGE = 2;
  static final int CANCELLED = 130;

  private ExitCodes() {}
}

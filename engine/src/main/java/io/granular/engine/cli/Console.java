package io.granular.engine.cli;

import java.io.PrintStream;

/**
 * Where a command prints.
 *
 * @param out results, and nothing else
 * @param err everything else
 * @param terminal whether {@code err} is a terminal that can show a moving progress bar
 */
record Console(PrintStream out, PrintStream err, boolean terminal) {
  /** This process's standard streams. */
  static Console standard() {
    return new Console(System.out, System.err, StandardError.isTerminal());
  }

  /** Prints a result: the text for a person, or the one JSON document for a program. */
  void result(boolean json, Object document, String text) {
    out.print(json ? Json.text(document) + "\n" : text);
    out.flush();
  }

  /** Tells a person something that is not the result. */
  void say(String message) {
    err.println(message);
  }
}

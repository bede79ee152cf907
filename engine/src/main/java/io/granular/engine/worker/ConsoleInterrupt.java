package io.granular.engine.worker;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;

/**
 * A terminal sends Ctrl-C to the command line and its workers alike. The worker leaves it to the
 * command line, which cancels politely and closes the worker's standard input.
 */
final class ConsoleInterrupt {
  private static final int SIGINT = 2;
  private static final long SIG_IGN = 1;

  private ConsoleInterrupt() {}

  /** Makes this process deaf to Ctrl-C. */
  static void ignore() {
    if (Native.isWindows()) {
      SymbolLookup kernel = SymbolLookup.libraryLookup("kernel32", Arena.global());
      Native.call(kernel, "SetConsoleCtrlHandler", 0, 1);
    } else {
      Native.call(Native.c(), "signal", SIGINT, SIG_IGN);
    }
  }
}

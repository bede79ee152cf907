package io.granular.engine.cli;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;

/** Asks the operating system about standard error, which {@code System.console} does not cover. */
final class StandardError {
  private static final int DESCRIPTOR = 2;

  private StandardError() {}

  /** Whether a person watches it. */
  static boolean isTerminal() {
    if ("dumb".equals(System.getenv("TERM"))) {
      return false;
    }
    Linker linker = Linker.nativeLinker();
    // Windows' C library calls it _isatty.
    return linker.defaultLookup()
        .find("isatty")
        .or(() -> linker.defaultLookup().find("_isatty"))
        .map(address -> {
          var isatty = linker.downcallHandle(address,
              FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
          try {
            return (int) isatty.invokeExact(DESCRIPTOR) != 0;
          } catch (Throwable e) {
            throw new IllegalStateException("isatty cannot be called", e);
          }
        })
        .orElse(false);
  }
}

package io.granular.engine.studio.local;

import java.nio.file.Path;

/**
 * Why a worker process is gone, in words.
 *
 * @param what e.g. {@code was killed (SIGKILL)}, to follow "The worker process"
 * @param remedy what to do about it
 */
record ExitCause(String what, String remedy) {
  /** On Unix, Java reports a process ended by a signal as 128 plus the signal's number. */
  private static final int SIGNALLED = 128;

  private static final int HEAP_EXHAUSTED = 3;
  private static final int WINDOWS_ACCESS_VIOLATION = 0xC0000005;

  private static final String CRASH_REMEDY =
      "Run it again; if it happens again, report it together with the log.";
  private static final String MEMORY_REMEDY =
      "Close other programs, choose a smaller picture, or a recipe that takes fewer bytes.";

  /** Reads the exit status of a worker that was not asked to end and left no crash report. */
  static ExitCause of(int status) {
    return switch (status) {
      case HEAP_EXHAUSTED -> new ExitCause("ran out of Java heap memory",
          "Give workers more with -Dgranular.worker.heap=4g.");
      case SIGNALLED + 9 -> new ExitCause("was killed (SIGKILL)",
          "The system kills processes when memory runs out. " + MEMORY_REMEDY);
      case SIGNALLED + 4 -> crash("SIGILL");
      case SIGNALLED + 6 -> crash("SIGABRT");
      case SIGNALLED + 7, SIGNALLED + 10 -> crash("SIGBUS");
      case SIGNALLED + 8 -> crash("SIGFPE");
      case SIGNALLED + 11 -> crash("SIGSEGV");
      case SIGNALLED + 15 -> new ExitCause("was ended from outside (SIGTERM)", "Run it again.");
      case WINDOWS_ACCESS_VIOLATION -> crash("access violation");
      default -> new ExitCause("ended with exit code " + status, CRASH_REMEDY);
    };
  }

  /** A crash that the Java runtime described. */
  static ExitCause crash(String signal, Path report) {
    return new ExitCause("crashed (" + signal + ")", CRASH_REMEDY + described(report));
  }

  /** The system refused memory, and the Java runtime described what it wanted. */
  static ExitCause outOfMemory(String what, Path report) {
    return new ExitCause(what, MEMORY_REMEDY + described(report));
  }

  private static ExitCause crash(String signal) {
    return new ExitCause("crashed (" + signal + ")", CRASH_REMEDY);
  }

  private static String described(Path report) {
    return " Java's report of it: " + report;
  }
}

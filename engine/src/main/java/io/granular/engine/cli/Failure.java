package io.granular.engine.cli;

import io.granular.engine.studio.RunOutcome;
import java.util.List;

/** A failed run as text. */
final class Failure {
  private static final int LOG_LINES = 20;

  private Failure() {}

  /** The same of other work than a run. */
  static String text(String who, String message, String remedy, String log) {
    return text(who, new RunOutcome.Failed(message, remedy, log));
  }

  /** What happened, what to do, and the end of the worker's log. */
  static String text(String who, RunOutcome.Failed failed) {
    StringBuilder text = new StringBuilder(who + ": " + failed.message());
    if (!failed.remedy().isBlank()) {
      text.append('\n').append(failed.remedy());
    }
    if (!failed.log().isBlank()) {
      text.append("\nThe worker's log ends with:");
      List<String> lines = failed.log().lines().toList();
      lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size())
          .forEach(line -> text.append("\n  ").append(line));
    }
    return text.toString();
  }
}

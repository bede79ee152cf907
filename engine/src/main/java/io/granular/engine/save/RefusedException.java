package io.granular.engine.save;

import java.util.List;
import java.util.stream.Collectors;

/** A format cannot hold a plan; names every module and the nearest alternative. */
public final class RefusedException extends RuntimeException {
  private static final int SHOWN = 8;

  /** @param refusals at least one */
  RefusedException(SaveFormat format, List<Refusal> refusals) {
    super(message(format, refusals));
  }

  private static String message(SaveFormat format, List<Refusal> refusals) {
    String shown = refusals.stream()
        .limit(SHOWN)
        .map(refusal -> "\n  " + refusal.text())
        .collect(Collectors.joining());
    int more = refusals.size() - SHOWN;
    return "The format " + format.id() + " cannot hold this recipe, so nothing was written:" + shown
        + (more > 0 ? "\n  and " + more + " modules more" : "");
  }
}

package io.granular.engine.run;

import io.granular.engine.plan.Plan;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a plan has the ranges it needs. */
public final class Ranges {
  private static final int SHOWN = 3;

  private Ranges() {}

  /**
   * Refuses a plan whose static layers lack ranges.
   *
   * @throws IllegalArgumentException naming the first layers and the remedy
   */
  public static void require(Plan plan, @Nullable Path calibration) {
    List<String> missing = plan.uncalibrated();
    if (!missing.isEmpty()) {
      String layers = String.join(", ", missing.subList(0, Math.min(SHOWN, missing.size())))
          + (missing.size() > SHOWN ? " and " + (missing.size() - SHOWN) + " more" : "");
      throw new IllegalArgumentException(calibration == null
          ? "The recipe has static ranges and no calibration was given, for " + layers + "."
          : "The calibration " + calibration + " does not know " + layers
              + ". Take one made with this model: granular calibrate MODEL --to FILE.");
    }
  }
}

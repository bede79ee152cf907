package io.granular.engine.run;

import io.granular.engine.calibrate.CalibratedRanges;
import io.granular.engine.calibrate.CalibrationFile;
import io.granular.engine.plan.ActivationRanges;
import io.granular.engine.plan.Plan;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The ranges of static layers that work with a network was given. */
public final class Ranges {
  private static final int SHOWN = 3;

  private Ranges() {}

  /** Those of a calibration, or none. */
  public static ActivationRanges of(@Nullable Path calibration) {
    return calibration == null ? ActivationRanges.NONE
        : new CalibratedRanges(CalibrationFile.read(calibration));
  }

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

package io.granular.engine.calibrate;

import io.granular.engine.plan.ActivationRanges;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * The ranges of the calibration that was asked for last, as long as its file stays the same: searching for them takes
 * seconds for a large model. Safe for use by several threads.
 */
public final class RangesCache {
  private @Nullable Key known;
  private ActivationRanges ranges = ActivationRanges.NONE;

  private record Key(Path file, long size, FileTime changed) {}

  /**
   * The ranges of a calibration.
   *
   * @param calibration its file, or null for no ranges
   * @throws IllegalArgumentException if the file is missing or no calibration; names it and the remedy
   */
  public synchronized ActivationRanges of(@Nullable Path calibration) {
    if (calibration == null) {
      return ActivationRanges.NONE;
    }
    Key key = key(calibration);
    if (key == null || !key.equals(known)) {
      ranges = new CalibratedRanges(CalibrationFile.read(calibration));
      known = key;
    }
    return ranges;
  }

  /** Null if there is no such file, which reading it explains. */
  private static @Nullable Key key(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new Key(file.toAbsolutePath(), attributes.size(), attributes.lastModifiedTime());
    } catch (IOException e) {
      return null;
    }
  }
}

package io.granular.engine.run;

import java.nio.file.Path;

/**
 * A finished calibration.
 *
 * @param file the calibration
 * @param samples evaluations of the U-Net observed
 * @param seconds it took, measured; 0 if it was made before
 * @param stateBytes what the observers held at the end; 0 if it was made before
 */
public record CalibrationResult(Path file, int samples, double seconds, long stateBytes) {}

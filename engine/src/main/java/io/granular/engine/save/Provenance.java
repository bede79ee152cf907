package io.granular.engine.save;

import org.jspecify.annotations.Nullable;

/**
 * Where a saved model comes from.
 *
 * @param version of Granular
 * @param model as it was named
 * @param modelDigest SHA-256 of its networks' files and configurations
 * @param calibrationDigest SHA-256 of the calibration's file; null if there was none
 */
public record Provenance(String version, String model, String modelDigest,
    @Nullable String calibrationDigest) {}

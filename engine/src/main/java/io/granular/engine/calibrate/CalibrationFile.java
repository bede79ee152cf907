package io.granular.engine.calibrate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.granular.engine.store.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Calibrations as JSON. */
public final class CalibrationFile {
  /** Changes whenever a file written before would be misread. */
  public static final int VERSION = 1;

  private static final long MAX_BYTES = 1L << 28;
  private static final JsonMapper JSON = JsonMapper.builder()
      .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
      .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
      .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
      .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .build();

  private record Document(int version, Calibration calibration) {}

  private CalibrationFile() {}

  /**
   * Writes a calibration.
   *
   * @throws UncheckedIOException if the file cannot be written; says what to do
   */
  public static void write(Path file, Calibration calibration) {
    try {
      byte[] json = JSON.writeValueAsBytes(new Document(VERSION, calibration));
      Files.createDirectories(file.toAbsolutePath().getParent());
      AtomicFile.write(file, channel -> writeAll(channel, ByteBuffer.wrap(json)));
    } catch (IOException e) {
      throw new UncheckedIOException("The calibration cannot be written to " + file + " ("
          + e.getMessage() + "). Check that the folder can be written to.", e);
    }
  }

  /**
   * Reads a calibration.
   *
   * @throws IllegalArgumentException if the file is missing or no calibration; names it and the remedy
   */
  public static Calibration read(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new IllegalArgumentException(file + " is larger than any calibration.");
      }
      Document document = JSON.readValue(file.toFile(), Document.class);
      if (document.version() != VERSION) {
        throw new IllegalArgumentException(file + " is a calibration of version "
            + document.version() + "; this program reads " + VERSION
            + ". Make it again with 'granular calibrate'.");
      }
      return document.calibration();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(file + " is not a calibration (" + e.getOriginalMessage()
          + "). Make one with 'granular calibrate MODEL --to FILE'.", e);
    } catch (IOException e) {
      throw new IllegalArgumentException("The calibration " + file + " cannot be read (" + e
          + "). Check the path.", e);
    }
  }

  private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}

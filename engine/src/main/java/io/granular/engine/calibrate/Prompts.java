package io.granular.engine.calibrate;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The texts to calibrate with. */
public final class Prompts {
  private static final String RESOURCE = "prompts.txt";

  private Prompts() {}

  /**
   * The prompts that ship with Granular, after those the model answers well by its maker's word.
   *
   * @param own the model's own; may be empty
   */
  public static List<String> builtIn(List<String> own) {
    List<String> prompts = new ArrayList<>(own);
    try (InputStream in = Prompts.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("the program lacks its resource " + RESOURCE);
      }
      prompts.addAll(lines(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.copyOf(prompts);
  }

  /**
   * A person's own: one per line; empty lines and those that start with # are skipped.
   *
   * @throws IllegalArgumentException if the file cannot be read or has none
   */
  public static List<String> read(Path file) {
    List<String> prompts;
    try {
      prompts = lines(Files.readString(file));
    } catch (IOException e) {
      throw new IllegalArgumentException("The prompts " + file
          + " cannot be read as UTF-8 text (" + e + "). Check the path and the file.", e);
    }
    if (prompts.isEmpty()) {
      throw new IllegalArgumentException(file + " has no prompts. Write one per line.");
    }
    return prompts;
  }

  private static List<String> lines(String text) {
    return text.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .toList();
  }
}

package io.granular.engine.store;

import io.granular.engine.store.TokenizerSource.BundledClip;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What tells an opened model from another, and from itself after a file was changed: configurations
 * and, of every file of weights or tokenizers, place, size, time of change and (where the file
 * system has one) file number. Nothing of the weights is read.
 *
 * @param parts one line per configuration, tokenizer and file
 */
public record ModelIdentity(List<String> parts) {
  public ModelIdentity {
    parts = List.copyOf(parts);
  }

  /**
   * The identity of what is on the disk now.
   *
   * @throws BadModelException if a file cannot be looked at
   */
  public static ModelIdentity of(ModelSource model) {
    List<String> parts = new ArrayList<>();
    parts.add(model.family() + " " + model.zeroEmptyNegative());
    for (Component component : model.components().values()) {
      parts.add(component.name() + " " + component.className() + " " + component.config());
      component.files().forEach(file -> parts.add(file(file)));
      if (component.name().startsWith("text_encoder")) {
        switch (model.tokenizer(component.name())) {
          case TokenizerSource.Folder(var folder, _) -> files(folder).forEach(parts::add);
          case TokenizerSource.Embedded embedded -> parts.add("tokenizer of " + embedded.origin());
          case BundledClip bundled -> parts.add(bundled.toString());
        }
      }
    }
    return new ModelIdentity(parts);
  }

  private static List<String> files(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().map(ModelIdentity::file).toList();
    } catch (IOException | UncheckedIOException e) {
      throw unreadable(folder, e);
    }
  }

  private static String file(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      FileTime changed = attributes.lastModifiedTime();
      return file.toRealPath() + " " + attributes.size() + " " + changed + " "
          + attributes.fileKey();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static BadModelException unreadable(Path file, Exception e) {
    return new BadModelException(file, "cannot be read (" + e.getMessage() + ")",
        "Check that the file is still there and may be read", e);
  }
}

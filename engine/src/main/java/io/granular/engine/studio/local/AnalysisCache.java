package io.granular.engine.studio.local;

import io.granular.engine.analyze.AnalysisRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** Where analyses keep what they have measured: the same request finds it again. */
final class AnalysisCache {
  private final Path folder;
  private final Library library;

  AnalysisCache(Path folder, Library library) {
    this.folder = folder;
    this.library = library;
  }

  /** The request with a file of this cache, unless it names one itself. */
  AnalysisRequest kept(AnalysisRequest request) {
    if (request.kept() != null) {
      return request;
    }
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("The cache " + folder + " cannot be used: " + e
          + ". Make it writable.", e);
    }
    // A recipe is known by what it says, not by where it lies.
    String text = request.toString().replace(request.recipe(), "")
        + library.recipeJson(request.model(), request.config(), request.recipe());
    return request.withKept(folder.resolve(
        UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)) + ".json"));
  }
}

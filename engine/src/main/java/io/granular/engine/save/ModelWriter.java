package io.granular.engine.save;

import java.io.IOException;
import java.nio.file.Path;

/** Writes one format. */
interface ModelWriter {
  /** What the format can hold of a plan; reads no weights. */
  Fit fit(SaveSubject subject);

  /**
   * Writes everything. What is written is moved to its place afterwards, or removed if this fails.
   *
   * @param subject of which {@link #fit} refuses nothing
   * @param weights gives the weights, layer by layer
   * @param target a file that does not exist yet, or an empty folder
   * @param progress to be told of every module; ends the writing by an exception
   */
  void write(SaveSubject subject, SavedWeights weights, Provenance provenance, Path target,
      SaveProgress progress) throws IOException;

  /** How to open what was written. */
  Reopened opened(SaveSubject subject, Path path);
}

package io.granular.app.library;

import io.granular.engine.studio.ModelInfo;

/** What is known about a model. */
public sealed interface ModelState {
  /** It is being opened. */
  record Opening() implements ModelState {}

  /** It can be used. */
  record Opened(ModelInfo info) implements ModelState {}

  /** It cannot be used. */
  record Failed(String message) implements ModelState {}
}

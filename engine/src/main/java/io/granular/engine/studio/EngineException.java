package io.granular.engine.studio;

import java.util.Objects;

/** Something a person asked for cannot be done; the message says what, where and what to do. */
public final class EngineException extends RuntimeException {
  /** With a complete message. */
  public EngineException(String message) {
    super(message);
  }

  /** With a complete message and its cause. */
  public EngineException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The complete message. */
  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}

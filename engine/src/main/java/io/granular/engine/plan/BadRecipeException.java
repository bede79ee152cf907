package io.granular.engine.plan;

import org.jspecify.annotations.Nullable;

/** A recipe that cannot be used; the message names the file, the rule, the key and the remedy. */
public final class BadRecipeException extends RuntimeException {
  /**
   * @param place file and, if known, rule, e.g. {@code my.json: rules[2] ("unet.**")}
   * @param problem what is wrong there and what would be right
   */
  public BadRecipeException(String place, String problem) {
    this(place, problem, null);
  }

  /** As above, keeping the cause. */
  public BadRecipeException(String place, String problem, @Nullable Throwable cause) {
    super(place + ": " + problem, cause);
  }
}

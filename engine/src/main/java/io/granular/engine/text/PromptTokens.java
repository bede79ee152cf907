package io.granular.engine.text;

import java.util.List;

/**
 * How a prompt looks to the model, to be shown.
 *
 * @param shown the sub-words the model sees, without the ones that begin and end every prompt; one
 *        that ends a word ends with {@code </w>}
 * @param count how many sub-words the whole prompt has
 */
public record PromptTokens(List<String> shown, int count) {
  public PromptTokens {
    shown = List.copyOf(shown);
  }

  /** Whether the prompt is longer than the model can see. */
  public boolean truncated() {
    return count > shown.size();
  }
}

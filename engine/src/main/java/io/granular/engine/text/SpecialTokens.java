package io.granular.engine.text;

import java.util.List;
import java.util.OptionalInt;

/**
 * The tokens with a role, and all tokens that are found in the text as a whole.
 *
 * @param bos begins every prompt
 * @param eos ends every prompt
 * @param unknown stands for what the vocabulary lacks
 * @param pad fills a short prompt
 * @param modelMaxLength {@code model_max_length} of {@code tokenizer_config.json}, if it limits
 * @param added tokens found before the text is split into words
 */
record SpecialTokens(AddedToken bos, AddedToken eos, AddedToken unknown, AddedToken pad,
    OptionalInt modelMaxLength, List<AddedToken> added) {
  SpecialTokens {
    added = List.copyOf(added);
  }
}

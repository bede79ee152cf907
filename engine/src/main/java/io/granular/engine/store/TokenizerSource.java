package io.granular.engine.store;

import java.nio.file.Path;
import java.util.Map;

/** Where the tokenizer of one text encoder comes from. */
public sealed interface TokenizerSource {
  /** The text encoder's {@code max_position_embeddings}: no prompt has more tokens than this. */
  int maxLength();

  /**
   * A tokenizer folder: {@code vocab.json} and {@code merges.txt}, or {@code tokenizer.json}, and
   * {@code tokenizer_config.json}.
   */
  record Folder(Path folder, int maxLength) implements TokenizerSource {}

  /**
   * The files of such a folder inside another file.
   *
   * @param origin that file, for messages
   * @param files contents by name
   */
  record Embedded(Path origin, Map<String, byte[]> files,
      int maxLength) implements TokenizerSource {
    public Embedded {
      files = Map.copyOf(files);
    }
  }

  /**
   * OpenAI's CLIP vocabulary, which comes with Granular; for checkpoints, which hold weights only.
   *
   * @param padToken what fills a short prompt: {@code <|endoftext|>}, or {@code !} for OpenCLIP
   */
  record BundledClip(String padToken, int maxLength) implements TokenizerSource {
    /** Number of tokens in the vocabulary. */
    public static final int VOCABULARY_SIZE = 49408;
  }
}

package io.granular.engine.text;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.store.BadModelException;
import io.granular.engine.store.ModelJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;

/**
 * What a tokenizer is made of.
 *
 * @param vocabulary tokens and merges
 * @param special the tokens with a role, and other added ones
 */
record TokenizerFiles(ClipVocabulary vocabulary, SpecialTokens special) {
  private static final long LARGEST_MERGES = 100_000_000;

  /**
   * Reads a tokenizer folder: {@code vocab.json} and {@code merges.txt}, or what newer transformers
   * save instead, {@code tokenizer.json}.
   *
   * @throws BadModelException if files are missing, broken or ask for what CLIP does not have
   */
  static TokenizerFiles read(Path folder) {
    Path vocab = folder.resolve("vocab.json");
    Path merges = folder.resolve("merges.txt");
    Path tokenizer = folder.resolve("tokenizer.json");
    if (Files.exists(vocab) && Files.exists(merges)) {
      ClipVocabulary vocabulary =
          ClipVocabulary.parse(vocab, ModelJson.read(vocab), merges, text(merges));
      return new TokenizerFiles(vocabulary, SpecialTokensReader.read(folder, vocabulary.ids()));
    }
    if (Files.exists(tokenizer)) {
      ClipVocabulary vocabulary = ClipVocabulary.parse(tokenizer, ModelJson.read(tokenizer));
      return new TokenizerFiles(vocabulary, SpecialTokensReader.read(folder, vocabulary.ids()));
    }
    throw new BadModelException(folder, "has neither vocab.json and merges.txt nor tokenizer.json",
        "Copy the whole model again");
  }

  /**
   * Reads the files of such a folder inside another file.
   *
   * @param origin that file
   * @param files contents by name
   * @throws BadModelException as {@link #read}
   */
  static TokenizerFiles embedded(Path origin, Map<String, byte[]> files) {
    Function<String, ObjectNode> json = name -> {
      byte[] content = files.get(name);
      return content == null ? JsonNodeFactory.instance.objectNode()
          : ModelJson.parse(origin.resolve(name), content);
    };
    byte[] merges = files.get("merges.txt");
    ClipVocabulary vocabulary;
    if (files.containsKey("vocab.json") && merges != null) {
      vocabulary = ClipVocabulary.parse(origin.resolve("vocab.json"), json.apply("vocab.json"),
          origin.resolve("merges.txt"), new String(merges, StandardCharsets.UTF_8));
    } else if (files.containsKey("tokenizer.json")) {
      vocabulary =
          ClipVocabulary.parse(origin.resolve("tokenizer.json"), json.apply("tokenizer.json"));
    } else {
      throw new BadModelException(origin,
          "has neither vocab.json and merges.txt nor tokenizer.json", "Save the model again");
    }
    return new TokenizerFiles(vocabulary,
        SpecialTokensReader.read(origin, json, vocabulary.ids()));
  }

  /** OpenAI's vocabulary, which comes with Granular. */
  static TokenizerFiles bundled(String padToken) {
    Path vocab = Path.of("clip/vocab.json");
    Path merges = Path.of("clip/merges.txt");
    ObjectNode json = ModelJson.parse(vocab, resource("clip/vocab.json"));
    ClipVocabulary vocabulary = ClipVocabulary.parse(vocab, json, merges,
        new String(resource("clip/merges.txt"), StandardCharsets.UTF_8));
    return new TokenizerFiles(vocabulary, SpecialTokensReader.standard(padToken, vocabulary.ids()));
  }

  private static String text(Path file) {
    try {
      if (Files.size(file) > LARGEST_MERGES) {
        throw new BadModelException(file, "is too large for a list of merges",
            "Check that this is the right file");
      }
      return Files.readString(file);
    } catch (IOException e) {
      throw new BadModelException(file, "cannot be read as UTF-8 text (" + e.getMessage() + ")",
          "Copy the file again", e);
    }
  }

  static byte[] resource(String name) {
    try (InputStream in = TokenizerFiles.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("Granular's own file " + name + " is missing; install it "
            + "again.");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

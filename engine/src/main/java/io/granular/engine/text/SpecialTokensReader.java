package io.granular.engine.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.store.BadModelException;
import io.granular.engine.store.ModelJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Finds out the special tokens as transformers 5 does: {@code added_tokens_decoder} of
 * {@code tokenizer_config.json} if it is there; else the roles of that file, overridden by
 * {@code special_tokens_map.json}, with {@code added_tokens.json} and {@code tokenizer.json}.
 *
 * @see <a href="https://github.com/huggingface/transformers">transformers,
 *      {@code PreTrainedTokenizerBase._from_pretrained}</a>
 */
final class SpecialTokensReader {
  private static final String START = "<|startoftext|>";
  private static final String END = "<|endoftext|>";
  private static final List<String> ROLES =
      List.of("bos_token", "eos_token", "unk_token", "pad_token");

  private final Path folder;
  private final Map<String, Integer> vocabulary;
  private final Map<String, AddedToken> declared = new LinkedHashMap<>();
  private final Map<String, AddedToken> named = new LinkedHashMap<>();

  private SpecialTokensReader(Path folder, Map<String, Integer> vocabulary) {
    this.folder = folder;
    this.vocabulary = vocabulary;
  }

  /**
   * The special tokens of a tokenizer folder.
   *
   * @throws BadModelException if a special token has no id, or options that CLIP's never have
   */
  static SpecialTokens read(Path folder, Map<String, Integer> vocabulary) {
    return read(folder, name -> optional(folder.resolve(name)), vocabulary);
  }

  /**
   * As above, from files that lie anywhere.
   *
   * @param folder names them in errors
   * @param optional the object in a file of this name; empty if there is none
   */
  static SpecialTokens read(Path folder, Function<String, ObjectNode> optional,
      Map<String, Integer> vocabulary) {
    SpecialTokensReader reader = new SpecialTokensReader(folder, vocabulary);
    ObjectNode config = optional.apply("tokenizer_config.json");
    if (config.get("added_tokens_decoder") instanceof ObjectNode decoder) {
      decoder.properties().forEach(entry -> reader.declare(entry.getValue(), entry.getKey()));
    } else {
      config.setAll(optional.apply("special_tokens_map.json"));
      Set<String> roles = ROLES.stream()
          .map(role -> content(config.path(role)))
          .collect(Collectors.toSet());
      optional.apply("added_tokens.json")
          .properties()
          .forEach(entry -> reader.declare(
              entry.getKey(), entry.getValue().asText(), !roles.contains(entry.getKey())));
      optional.apply("tokenizer.json")
          .path("added_tokens")
          .forEach(token -> reader.declare(token, token.path("id").asText()));
    }
    return reader.roles(config);
  }

  /** CLIP's own roles with another token for padding. */
  static SpecialTokens standard(String padToken, Map<String, Integer> vocabulary) {
    return new SpecialTokensReader(Path.of("clip"), vocabulary)
        .roles(JsonNodeFactory.instance.objectNode().put("pad_token", padToken));
  }

  private static ObjectNode optional(Path file) {
    return Files.exists(file) ? ModelJson.read(file) : JsonNodeFactory.instance.objectNode();
  }

  private static String content(JsonNode token) {
    return token.isObject() ? token.path("content").asText("") : token.asText("");
  }

  private void declare(JsonNode token, String id) {
    boolean special = token.path("special").asBoolean();
    requirePlain(token);
    declare(content(token), id, token.path("normalized").asBoolean(!special));
  }

  private void declare(String content, String id, boolean normalized) {
    int number;
    try {
      number = vocabulary.containsKey(content) ? id(content) : Integer.parseUnsignedInt(id);
    } catch (NumberFormatException e) {
      throw new BadModelException(folder, "the added token '" + content + "' has the id '" + id
          + "'", "The tokenizer is damaged; copy it again", e);
    }
    declared.put(content, new AddedToken(content, number, normalized));
  }

  private SpecialTokens roles(ObjectNode config) {
    AddedToken bos = role(config.path("bos_token"), START);
    AddedToken eos = role(config.path("eos_token"), END);
    AddedToken unknown = role(config.path("unk_token"), END);
    AddedToken pad = role(config.path("pad_token"), END);
    config.path("additional_special_tokens").forEach(token -> role(token, ""));
    Map<String, AddedToken> added = new LinkedHashMap<>(declared);
    added.putAll(named);
    return new SpecialTokens(bos, eos, unknown, pad, maxLength(config),
        List.copyOf(added.values()));
  }

  /** A token named twice gets the options it was named with last. */
  private AddedToken role(JsonNode token, String standard) {
    String content = token.isMissingNode() || token.isNull() ? standard : content(token);
    AddedToken known = declared.get(content);
    if (known != null) {
      return known;
    }
    requirePlain(token);
    AddedToken added =
        new AddedToken(content, id(content), token.path("normalized").asBoolean(false));
    named.put(content, added);
    return added;
  }

  private int id(String content) {
    Integer id = vocabulary.get(content);
    if (id == null) {
      throw new BadModelException(folder, "the special token '" + content
          + "' is not in the vocabulary", "Use the tokenizer that belongs to the model");
    }
    return id;
  }

  private void requirePlain(JsonNode token) {
    for (String option : List.of("lstrip", "rstrip", "single_word")) {
      if (token.path(option).asBoolean()) {
        throw new BadModelException(folder, "the token '" + content(token) + "' has the option "
            + option + ", which CLIP tokenizers do not have", "Use a CLIP tokenizer");
      }
    }
  }

  /** transformers writes 10^30 where there is no limit. */
  private static OptionalInt maxLength(ObjectNode config) {
    JsonNode length = config.path("model_max_length");
    return length.isInt() && length.asInt() > 0
        ? OptionalInt.of(length.asInt())
        : OptionalInt.empty();
  }
}

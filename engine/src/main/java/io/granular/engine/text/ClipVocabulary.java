package io.granular.engine.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.store.BadModelException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A byte-pair vocabulary.
 *
 * @param ids token to id; a token that ends a word ends with {@code </w>}
 * @param merges the pairs that become one token, the most frequent first
 */
record ClipVocabulary(Map<String, Integer> ids, List<Merge> merges) {
  private static final int LARGEST_ID = 10_000_000;

  /** Two neighbours that become one. */
  record Merge(String left, String right) {}

  ClipVocabulary {
    ids = Collections.unmodifiableMap(ids);
    merges = Collections.unmodifiableList(merges);
  }

  /** From the texts of {@code vocab.json} and {@code merges.txt}. */
  static ClipVocabulary parse(Path vocabFile, ObjectNode vocab, Path mergesFile, String merges) {
    List<Merge> pairs = new ArrayList<>();
    merges.lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#version"))
        .forEach(line -> pairs.add(merge(mergesFile, line)));
    return checked(mergesFile, ids(vocabFile, vocab), pairs);
  }

  /** From {@code tokenizer.json}, which holds both. */
  static ClipVocabulary parse(Path file, ObjectNode tokenizer) {
    JsonNode model = tokenizer.path("model");
    if (!(model.get("vocab") instanceof ObjectNode vocab) || !model.path("merges").isArray()) {
      throw new BadModelException(file, "holds no byte-pair vocabulary",
          "Use the tokenizer of a CLIP text encoder");
    }
    List<Merge> pairs = new ArrayList<>();
    for (JsonNode pair : model.path("merges")) {
      pairs.add(pair.isArray() && pair.size() == 2
          ? new Merge(pair.get(0).asText(), pair.get(1).asText())
          : merge(file, pair.asText()));
    }
    return checked(file, ids(file, vocab), pairs);
  }

  private static Map<String, Integer> ids(Path file, ObjectNode vocab) {
    Map<String, Integer> ids = HashMap.newHashMap(vocab.size());
    for (Map.Entry<String, JsonNode> entry : vocab.properties()) {
      JsonNode id = entry.getValue();
      if (!id.isInt() || id.asInt() < 0 || id.asInt() > LARGEST_ID) {
        throw new BadModelException(file, "token '" + entry.getKey() + "' has the id " + id,
            "The file is damaged; copy it again");
      }
      ids.put(entry.getKey(), id.asInt());
    }
    return ids;
  }

  private static Merge merge(Path file, String line) {
    int space = line.indexOf(' ');
    if (space <= 0 || space == line.length() - 1 || line.indexOf(' ', space + 1) >= 0) {
      throw new BadModelException(file, "'" + line + "' is not a pair of tokens",
          "The file is damaged; copy it again");
    }
    return new Merge(line.substring(0, space), line.substring(space + 1));
  }

  private static ClipVocabulary checked(Path file, Map<String, Integer> ids, List<Merge> merges) {
    for (Merge merge : merges) {
      for (String token : List.of(merge.left, merge.right, merge.left + merge.right)) {
        if (!ids.containsKey(token)) {
          throw new BadModelException(file, "the merge of '" + merge.left + "' and '" + merge.right
              + "' needs the token '" + token + "', which the vocabulary lacks",
              "Vocabulary and merges do not belong together; copy both again");
        }
      }
    }
    return new ClipVocabulary(ids, merges);
  }
}

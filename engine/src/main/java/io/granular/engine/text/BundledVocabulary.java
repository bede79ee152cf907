package io.granular.engine.text;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.store.TokenizerSource.BundledClip;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** The files of the CLIP tokenizer that comes with Granular, for models that are saved with it. */
public final class BundledVocabulary {
  private BundledVocabulary() {}

  /** A tokenizer folder's files by name. */
  public static Map<String, byte[]> files(BundledClip clip) {
    ObjectNode config = JsonNodeFactory.instance.objectNode()
        .put("add_prefix_space", false)
        .put("bos_token", "<|startoftext|>")
        .put("do_lower_case", true)
        .put("eos_token", "<|endoftext|>")
        .put("errors", "replace")
        .put("model_max_length", clip.maxLength())
        .put("pad_token", clip.padToken())
        .put("tokenizer_class", "CLIPTokenizer")
        .put("unk_token", "<|endoftext|>");
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("vocab.json", TokenizerFiles.resource("clip/vocab.json"));
    files.put("merges.txt", TokenizerFiles.resource("clip/merges.txt"));
    files.put("tokenizer_config.json",
        config.toPrettyString().getBytes(StandardCharsets.UTF_8));
    return files;
  }
}

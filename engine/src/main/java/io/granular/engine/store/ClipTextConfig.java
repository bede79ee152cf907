package io.granular.engine.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/**
 * The configuration of a CLIP text encoder, derived from three of its tensors.
 *
 * @param tokens name of the token embedding, {@code [vocabulary, hidden]}
 * @param positions name of the position embedding, {@code [length, hidden]}
 * @param feedForward name of the first feed-forward weight, {@code [intermediate, hidden]}
 */
record ClipTextConfig(Checkpoint checkpoint, String tokens, String positions, String feedForward) {
  private static final long HEAD_WIDTH = 64;
  /** CLIP ViT-L/14, OpenCLIP ViT-H/14 and ViT-bigG/14, all with heads of 64. */
  private static final Set<Long> PUBLISHED_WIDTHS = Set.of(768L, 1024L, 1280L);

  /**
   * What no shape tells. The token ids are those of the published SD configurations, where
   * {@code eos_token_id} 2 means: the text embedding is taken at the highest token id.
   */
  private static final String SHARED =
      """
          {"attention_dropout": 0.0, "bos_token_id": 0, "eos_token_id": 2, "layer_norm_eps": 1e-05,
           "model_type": "clip_text_model", "pad_token_id": 1}""";

  long hidden() {
    return checkpoint.shape(tokens, 2).get(1);
  }

  /** What is assumed about a text encoder that is none of the published ones. */
  List<String> notes(String component) {
    return PUBLISHED_WIDTHS.contains(hidden()) ? List.of()
        : List.of("The file does not say how many attention heads its " + component + " of width "
            + hidden() + " has; heads of " + HEAD_WIDTH + " are assumed. If pictures ignore the "
            + "prompt, name the diffusers folder it was made from (num_attention_heads in "
            + component + "/config.json): --config DIR.");
  }

  ObjectNode json(String component, String className, int layers, String activation,
      long projection) {
    long hidden = hidden();
    if (hidden % HEAD_WIDTH != 0) {
      throw checkpoint.underivable("its " + component + " of width " + hidden
          + " does not divide into attention heads of " + HEAD_WIDTH,
          "num_attention_heads in " + component + "/config.json");
    }
    ObjectNode json = ModelJson.parse(checkpoint.path(), SHARED.getBytes(StandardCharsets.UTF_8));
    json.putArray("architectures").add(className);
    json.put("hidden_act", activation);
    json.put("hidden_size", hidden);
    json.put("intermediate_size", checkpoint.shape(feedForward, 2).getFirst());
    json.put("max_position_embeddings", checkpoint.shape(positions, 2).getFirst());
    json.put("num_attention_heads", hidden / HEAD_WIDTH);
    json.put("num_hidden_layers", layers);
    json.put("projection_dim", projection);
    json.put("vocab_size", checkpoint.shape(tokens, 2).getFirst());
    return json;
  }
}

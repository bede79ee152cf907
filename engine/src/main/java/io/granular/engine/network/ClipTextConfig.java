package io.granular.engine.network;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.network.Op.Activation.Function;

/**
 * What shapes a CLIP text encoder, from its {@code config.json}.
 *
 * @param projection width of the projected pooled output, 0 for none
 * @param endOfText id whose first position is pooled; -1 takes the highest id, as transformers does for old configs
 */
public record ClipTextConfig(int vocabulary, int positions, int width, int inner, int layers,
    int heads, double eps,
    Function activation, int projection, long endOfText) {

  /**
   * From transformers' {@code CLIPTextConfig}.
   *
   * @param name of the network, for messages
   * @throws IllegalArgumentException naming the key whose value is not supported
   */
  public static ClipTextConfig from(String name, ObjectNode json) {
    Config config = new Config(name, json);
    config.only("hidden_act", "null", "quick_gelu", "gelu");
    boolean projected =
        json.path("architectures").path(0).asText("").equals("CLIPTextModelWithProjection");
    long eos = config.integer("eos_token_id", 49407);
    return new ClipTextConfig(config.integer("vocab_size"),
        config.integer("max_position_embeddings"),
        config.integer("hidden_size"), config.integer("intermediate_size"),
        config.integer("num_hidden_layers"),
        config.integer("num_attention_heads"), config.number("layer_norm_eps", 1e-5),
        config.text("hidden_act", "quick_gelu").equals("gelu") ? Function.GELU
            : Function.QUICK_GELU,
        projected ? config.integer("projection_dim", 512) : 0, eos == 2 ? -1 : eos);
  }
}

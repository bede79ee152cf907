package io.granular.engine.network;

/**
 * CLIP's text transformer (Radford et al. 2021), as transformers' {@code CLIPTextModel} and
 * {@code CLIPTextModelWithProjection}.
 *
 * <p>Input {@code input_ids [batch, tokens]} of int64. Outputs {@code last_hidden_state [batch, tokens, width]} after the
 * final norm, {@code penultimate} of the same shape before the last layer, and the end-of-text token's row of the first:
 * {@code pooler_output [batch, width]}, or with projection {@code text_embeds [batch, projection]}.
 */
public final class ClipText {
  private final ClipTextConfig config;
  private final GraphBuilder graph;

  private ClipText(String name, ClipTextConfig config) {
    this.config = config;
    this.graph = new GraphBuilder(name);
  }

  /** The graph of a text encoder. */
  public static Graph build(String name, ClipTextConfig config) {
    return new ClipText(name, config).build();
  }

  private Graph build() {
    Value ids = graph.input("input_ids", Dim.symbol("batch"), Dim.symbol("tokens"));
    String embeddings = "text_model.embeddings.";
    Value x =
        graph.embedding(embeddings + "token_embedding", ids, config.vocabulary(), config.width());
    x = graph.addPositions(embeddings + "position_embedding", x, config.positions());
    Value penultimate = x;
    for (int i = 0; i < config.layers(); i++) {
      penultimate = x;
      x = layer("text_model.encoder.layers." + i, x);
    }
    Value last = graph.layerNorm("text_model.final_layer_norm", x, config.eps());
    graph.output("last_hidden_state", last);
    graph.output("penultimate", penultimate);
    Value pooled = graph.poolEndOfText("text_model", last, ids, config.endOfText());
    if (config.projection() > 0) {
      graph.output("text_embeds",
          graph.linear("text_projection", pooled, config.projection(), false));
    } else {
      graph.output("pooler_output", pooled);
    }
    return graph.build();
  }

  private Value layer(String name, Value x) {
    String attention = name + ".self_attn";
    Value normed = graph.layerNorm(name + ".layer_norm1", x, config.eps());
    Value q = graph.linear(attention + ".q_proj", normed, config.width(), true);
    Value k = graph.linear(attention + ".k_proj", normed, config.width(), true);
    Value v = graph.linear(attention + ".v_proj", normed, config.width(), true);
    Value mixed = graph.attention(attention, q, k, v, config.heads(), true);
    Value y =
        graph.add(name, x, graph.linear(attention + ".out_proj", mixed, config.width(), true));
    Value inner =
        graph.linear(name + ".mlp.fc1", graph.layerNorm(name + ".layer_norm2", y, config.eps()),
            config.inner(), true);
    Value activated = graph.activation(name + ".mlp", inner, config.activation());
    return graph.add(name, y, graph.linear(name + ".mlp.fc2", activated, config.width(), true));
  }
}

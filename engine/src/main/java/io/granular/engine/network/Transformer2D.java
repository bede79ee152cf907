package io.granular.engine.network;

/** Transformer over pixels with cross-attention to text, as diffusers' {@code Transformer2DModel}. */
final class Transformer2D {
  private static final double GROUP_NORM_EPS = 1e-6;
  private static final double LAYER_NORM_EPS = 1e-5;

  private final GraphBuilder graph;
  private final int groups;
  private final boolean linearProjection;

  Transformer2D(GraphBuilder graph, int groups, boolean linearProjection) {
    this.graph = graph;
    this.groups = groups;
    this.linearProjection = linearProjection;
  }

  /**
   * Adds the transformer.
   *
   * @param x {@code [n, c, h, w]}
   * @param text {@code [n, tokens, d]}
   */
  Value add(String name, Value x, Value text, int heads, int layers) {
    int channels = Math.toIntExact(((Dim.Fixed) x.shape().dim(1)).n());
    Value h = graph.groupNorm(name + ".norm", x, groups, GROUP_NORM_EPS);
    if (linearProjection) {
      h = graph.linear(name + ".proj_in", graph.tokens(name, h), channels, true);
    } else {
      h = graph.tokens(name, graph.conv2d(name + ".proj_in", h, channels, 1));
    }
    for (int i = 0; i < layers; i++) {
      h = block(name + ".transformer_blocks." + i, h, text, heads, channels);
    }
    if (linearProjection) {
      h = graph.pixels(name, graph.linear(name + ".proj_out", h, channels, true), x);
    } else {
      h = graph.conv2d(name + ".proj_out", graph.pixels(name, h, x), channels, 1);
    }
    return graph.add(name, h, x);
  }

  private Value block(String name, Value x, Value text, int heads, int channels) {
    Value normed = graph.layerNorm(name + ".norm1", x, LAYER_NORM_EPS);
    Value y = graph.add(name, attention(name + ".attn1", normed, normed, heads, channels), x);
    normed = graph.layerNorm(name + ".norm2", y, LAYER_NORM_EPS);
    y = graph.add(name, attention(name + ".attn2", normed, text, heads, channels), y);
    Value inner =
        graph.linear(name + ".ff.net.0.proj", graph.layerNorm(name + ".norm3", y, LAYER_NORM_EPS),
            8 * channels, true);
    return graph.add(name,
        graph.linear(name + ".ff.net.2", graph.geglu(name + ".ff", inner), channels, true), y);
  }

  private Value attention(String name, Value x, Value context, int heads, int channels) {
    Value q = graph.linear(name + ".to_q", x, channels, false);
    Value k = graph.linear(name + ".to_k", context, channels, false);
    Value v = graph.linear(name + ".to_v", context, channels, false);
    return graph.linear(name + ".to_out.0", graph.attention(name, q, k, v, heads, false), channels,
        true);
  }
}

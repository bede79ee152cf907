package io.granular.engine.network;

import io.granular.engine.network.Op.Activation.Function;
import org.jspecify.annotations.Nullable;

/** Residual block of U-Net and autoencoder, as diffusers' {@code ResnetBlock2D}. */
final class ResnetBlock {
  private ResnetBlock() {}

  /**
   * Adds the block.
   *
   * @param x {@code [n, c, h, w]}
   * @param time activated time embedding {@code [n, t]}, or null in the autoencoder
   * @return {@code [n, out, h, w]}
   */
  static Value add(GraphBuilder graph, String name, Value x, @Nullable Value time, int out,
      int groups, double eps) {
    Value h = graph.groupNorm(name + ".norm1", x, groups, eps);
    h = graph.conv2d(name + ".conv1", graph.activation(name, h, Function.SILU), out, 3);
    if (time != null) {
      h = graph.addPerChannel(name, h, graph.linear(name + ".time_emb_proj", time, out, true));
    }
    h = graph.groupNorm(name + ".norm2", h, groups, eps);
    h = graph.conv2d(name + ".conv2", graph.activation(name, h, Function.SILU), out, 3);
    boolean widens = !x.shape().dim(1).equals(Dim.of(out));
    return graph.add(name, widens ? graph.conv2d(name + ".conv_shortcut", x, out, 1) : x, h);
  }
}

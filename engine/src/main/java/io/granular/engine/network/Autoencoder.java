package io.granular.engine.network;

import io.granular.engine.network.Op.Activation.Function;

/**
 * The two halves of the image autoencoder (Kingma and Welling 2014; Rombach et al. 2022), as diffusers'
 * {@code AutoencoderKL}.
 *
 * <p>{@code encode}: {@code sample [batch, 3, height, width]} in -1..1 to {@code mean} and {@code logvar
 * [batch, latent, h, w]}. {@code decode}: unscaled latents {@code sample [batch, latent, height, width]} to {@code sample
 * [batch, 3, 8*height, 8*width]}.
 */
public final class Autoencoder {
  private static final double EPS = 1e-6;

  private final VaeConfig config;
  private final GraphBuilder graph;

  private Autoencoder(String name, VaeConfig config) {
    this.config = config;
    this.graph = new GraphBuilder(name);
  }

  /** The graph from picture to latent distribution. */
  public static Graph encoder(VaeConfig config) {
    return new Autoencoder("vae.encode", config).encode();
  }

  /** The graph from latents to picture. */
  public static Graph decoder(VaeConfig config) {
    return new Autoencoder("vae.decode", config).decode();
  }

  private Graph encode() {
    Value x = input(config.in());
    x = graph.conv2d("encoder.conv_in", x, config.channels().getFirst(), 3);
    int levels = config.channels().size();
    for (int i = 0; i < levels; i++) {
      String name = "encoder.down_blocks." + i;
      for (int j = 0; j < config.layers(); j++) {
        x = resnet(name + ".resnets." + j, x, config.channels().get(i));
      }
      if (i < levels - 1) {
        x = graph.conv2d(name + ".downsamplers.0.conv", x, config.channels().get(i), 3, 2, 0, 1,
            true);
      }
    }
    x = finish("encoder", middle("encoder.mid_block", x), 2 * config.latent());
    if (config.quantConv()) {
      x = graph.conv2d("quant_conv", x, 2 * config.latent(), 1);
    }
    graph.output("mean", graph.chunk("quant_conv", x, 2, 0));
    graph.output("logvar", graph.chunk("quant_conv", x, 2, 1));
    return graph.build();
  }

  private Graph decode() {
    Value x = input(config.latent());
    if (config.postQuantConv()) {
      x = graph.conv2d("post_quant_conv", x, config.latent(), 1);
    }
    x = graph.conv2d("decoder.conv_in", x, config.channels().getLast(), 3);
    x = middle("decoder.mid_block", x);
    int levels = config.channels().size();
    for (int i = 0; i < levels; i++) {
      String name = "decoder.up_blocks." + i;
      int width = config.channels().get(levels - 1 - i);
      for (int j = 0; j <= config.layers(); j++) {
        x = resnet(name + ".resnets." + j, x, width);
      }
      if (i < levels - 1) {
        x = graph.conv2d(name + ".upsamplers.0.conv", graph.upsample(name + ".upsamplers.0", x),
            width, 3);
      }
    }
    graph.output("sample", finish("decoder", x, config.out()));
    return graph.build();
  }

  private Value input(int channels) {
    return graph.input("sample", Dim.symbol("batch"), Dim.of(channels), Dim.symbol("height"),
        Dim.symbol("width"));
  }

  private Value resnet(String name, Value x, int out) {
    return ResnetBlock.add(graph, name, x, null, out, config.groups(), EPS);
  }

  private Value middle(String name, Value x) {
    int channels = config.channels().getLast();
    x = resnet(name + ".resnets.0", x, channels);
    if (config.midAttention()) {
      x = attention(name + ".attentions.0", x, channels);
    }
    return resnet(name + ".resnets.1", x, channels);
  }

  /** One head over all pixels. */
  private Value attention(String name, Value x, int channels) {
    Value tokens =
        graph.tokens(name, graph.groupNorm(name + ".group_norm", x, config.groups(), EPS));
    Value q = graph.linear(name + ".to_q", tokens, channels, true);
    Value k = graph.linear(name + ".to_k", tokens, channels, true);
    Value v = graph.linear(name + ".to_v", tokens, channels, true);
    Value mixed =
        graph.linear(name + ".to_out.0", graph.attention(name, q, k, v, 1, false), channels, true);
    return graph.add(name, graph.pixels(name, mixed, x), x);
  }

  private Value finish(String name, Value x, int out) {
    Value normed = graph.groupNorm(name + ".conv_norm_out", x, config.groups(), EPS);
    return graph.conv2d(name + ".conv_out",
        graph.activation(name + ".conv_act", normed, Function.SILU), out, 3);
  }
}

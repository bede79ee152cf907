package io.granular.engine.network;

import io.granular.engine.network.Op.Activation.Function;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The conditional U-Net of latent diffusion (Rombach et al. 2022; SDXL: Podell et al. 2023), as diffusers'
 * {@code UNet2DConditionModel}.
 *
 * <p>Inputs {@code sample [batch, in, height, width]}, {@code timestep [batch]} as float32, {@code encoder_hidden_states
 * [batch, tokens, d]}, and for SDXL {@code text_embeds [batch, p]} and {@code time_ids [batch, 6]}. Output
 * {@code sample [batch, out, height, width]}.
 */
public final class UNet {
  private final UNetConfig config;
  private final GraphBuilder graph = new GraphBuilder("unet");
  private final Deque<Value> skips = new ArrayDeque<>();
  private final Value text;
  private final Value time;

  private UNet(UNetConfig config) {
    this.config = config;
    Dim batch = Dim.symbol("batch");
    skips.push(graph.input("sample", batch, Dim.of(config.in()), Dim.symbol("height"),
        Dim.symbol("width")));
    Value timestep = graph.input("timestep", batch);
    this.text = graph.input("encoder_hidden_states", batch, Dim.symbol("tokens"),
        Dim.of(config.crossAttentionWidth().getFirst()));
    this.time = graph.activation("time_embedding", timeEmbedding(timestep), Function.SILU);
  }

  /** The graph of a U-Net. */
  public static Graph build(UNetConfig config) {
    return new UNet(config).build();
  }

  private Value timeEmbedding(Value timestep) {
    Value sinusoid = graph.timestepEmbedding("time_proj", timestep, config.channels().getFirst(),
        config.flipSinToCos(), config.freqShift());
    Value embedding = twoLayers("time_embedding", sinusoid);
    if (config.addTimeWidth() == 0) {
      return embedding;
    }
    Value sizes = graph.input("time_ids", Dim.symbol("batch"), Dim.of(6));
    Value pooled = graph.input("text_embeds", Dim.symbol("batch"),
        Dim.of(config.addInput() - 6L * config.addTimeWidth()));
    Value embedded = graph.timestepEmbedding("add_time_proj", graph.flatten("add_time_proj", sizes),
        config.addTimeWidth(), config.flipSinToCos(), config.freqShift());
    Value added =
        graph.concat("add_embedding", 1, pooled, graph.joinRows("add_time_proj", embedded, sizes));
    return graph.add("add_embedding", embedding, twoLayers("add_embedding", added));
  }

  private Value twoLayers(String name, Value x) {
    Value h = graph.linear(name + ".linear_1", x, config.timeEmbedding(), true);
    return graph.linear(name + ".linear_2", graph.activation(name, h, Function.SILU),
        config.timeEmbedding(), true);
  }

  private Graph build() {
    Value x = graph.conv2d("conv_in", skips.pop(), config.channels().getFirst(), 3);
    skips.push(x);
    for (int i = 0; i < config.channels().size(); i++) {
      x = down(i, x);
    }
    x = middle(x);
    for (int i = 0; i < config.channels().size(); i++) {
      x = up(i, x);
    }
    x = graph.activation("conv_act",
        graph.groupNorm("conv_norm_out", x, config.groups(), config.eps()), Function.SILU);
    graph.output("sample", graph.conv2d("conv_out", x, config.out(), 3));
    return graph.build();
  }

  private Value down(int i, Value x) {
    String name = "down_blocks." + i;
    boolean attends =
        attends(name, config.downBlocks().get(i), "CrossAttnDownBlock2D", "DownBlock2D");
    for (int j = 0; j < config.layers().get(i); j++) {
      x = resnet(name + ".resnets." + j, x, i);
      if (attends) {
        x = transformer(name + ".attentions." + j, x, i);
      }
      skips.push(x);
    }
    if (i < config.channels().size() - 1) {
      x = graph.conv2d(name + ".downsamplers.0.conv", x, config.channels().get(i), 3, 2, 1, 0,
          true);
      skips.push(x);
    }
    return x;
  }

  private Value middle(Value x) {
    int last = config.channels().size() - 1;
    x = resnet("mid_block.resnets.0", x, last);
    if (config.midAttention()) {
      x = transformer("mid_block.attentions.0", x, last);
    }
    return resnet("mid_block.resnets.1", x, last);
  }

  private Value up(int i, Value x) {
    String name = "up_blocks." + i;
    int level = config.channels().size() - 1 - i;
    boolean attends = attends(name, config.upBlocks().get(i), "CrossAttnUpBlock2D", "UpBlock2D");
    for (int j = 0; j <= config.layers().get(level); j++) {
      Value joined = graph.concat(name + ".resnets." + j, 1, x, skips.pop());
      x = resnet(name + ".resnets." + j, joined, level);
      if (attends) {
        x = transformer(name + ".attentions." + j, x, level);
      }
    }
    if (level > 0) {
      x = graph.upsampleTo(name + ".upsamplers.0", x, skips.element());
      x = graph.conv2d(name + ".upsamplers.0.conv", x, config.channels().get(level), 3);
    }
    return x;
  }

  private Value resnet(String name, Value x, int level) {
    return ResnetBlock.add(graph, name, x, time, config.channels().get(level), config.groups(),
        config.eps());
  }

  private Value transformer(String name, Value x, int level) {
    return new Transformer2D(graph, config.groups(), config.linearProjection()).add(name, x, text,
        config.heads().get(level), config.transformerLayers().get(level));
  }

  private static boolean attends(String name, String type, String with, String without) {
    if (!type.equals(with) && !type.equals(without)) {
      throw new IllegalArgumentException("unet/config.json: " + name + ": block type " + type
          + " is not supported, only " + with + " and " + without);
    }
    return type.equals(with);
  }
}

package io.granular.engine.network;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * What shapes an autoencoder, from its {@code config.json}.
 *
 * @param scalingFactor latents of the diffusion process = encoded latents times this
 */
public record VaeConfig(int in, int out, int latent, List<Integer> channels, int layers, int groups,
    boolean midAttention, boolean quantConv, boolean postQuantConv, double scalingFactor) {

  /**
   * From diffusers' {@code AutoencoderKL} configuration.
   *
   * @throws IllegalArgumentException naming the key whose value is not supported
   */
  public static VaeConfig from(ObjectNode json) {
    Config config = new Config("vae", json);
    config.only("act_fn", "null", "silu", "swish");
    config.only("shift_factor", "null", 0, "0.0");
    config.only("latents_mean", "null");
    config.only("latents_std", "null");
    int blocks = config.texts("down_block_types").size();
    blockTypes(config, "down_block_types", "DownEncoderBlock2D");
    blockTypes(config, "up_block_types", "UpDecoderBlock2D");
    return new VaeConfig(config.integer("in_channels", 3), config.integer("out_channels", 3),
        config.integer("latent_channels", 4), config.perBlock("block_out_channels", blocks, 64),
        config.integer("layers_per_block", 1), config.integer("norm_num_groups", 32),
        config.flag("mid_block_add_attention", true), config.flag("use_quant_conv", true),
        config.flag("use_post_quant_conv", true), config.number("scaling_factor", 0.18215));
  }

  /** How many pixels one latent covers in each direction. */
  public int factor() {
    return 1 << (channels.size() - 1);
  }

  private static void blockTypes(Config config, String key, String allowed) {
    for (String type : config.texts(key)) {
      if (!type.equals(allowed)) {
        throw config.problem(key, "block type " + type + " is not supported, only " + allowed);
      }
    }
  }
}

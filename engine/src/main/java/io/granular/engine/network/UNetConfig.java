package io.granular.engine.network;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * What shapes a conditional U-Net, from its {@code config.json}. Lists have one entry per block.
 *
 * @param heads attention heads; diffusers' key for it is {@code attention_head_dim}, a known misnomer
 * @param addTimeWidth width of each embedded size number of SDXL's added conditions, 0 for none
 * @param addInput width going into SDXL's added embedding: pooled text plus the embedded sizes
 */
public record UNetConfig(int in, int out, List<Integer> channels, List<String> downBlocks,
    List<String> upBlocks,
    boolean midAttention, List<Integer> layers, List<Integer> transformerLayers,
    List<Integer> heads,
    List<Integer> crossAttentionWidth, int groups, double eps, boolean linearProjection,
    boolean flipSinToCos,
    double freqShift, int timeEmbedding, int addTimeWidth, int addInput, int sampleSize) {

  /**
   * From diffusers' {@code UNet2DConditionModel} configuration.
   *
   * @throws IllegalArgumentException naming the key whose value is not supported
   */
  public static UNetConfig from(ObjectNode json) {
    Config config = new Config("unet", json);
    refuseOtherArchitectures(config);
    List<Integer> channels = List
        .copyOf(config.perBlock("block_out_channels", config.texts("down_block_types").size(), 0));
    int blocks = channels.size();
    String mid = config.text("mid_block_type", "UNetMidBlock2DCrossAttn");
    int heads = config.integer("num_attention_heads", 8);
    boolean added = config.text("addition_embed_type", "").equals("text_time");
    return new UNetConfig(config.integer("in_channels", 4), config.integer("out_channels", 4),
        channels,
        config.texts("down_block_types"), config.texts("up_block_types"),
        mid.equals("UNetMidBlock2DCrossAttn"),
        config.perBlock("layers_per_block", blocks, 2),
        config.perBlock("transformer_layers_per_block", blocks, 1),
        config.has("num_attention_heads") ? config.perBlock("num_attention_heads", blocks, heads)
            : config.perBlock("attention_head_dim", blocks, 8),
        config.perBlock("cross_attention_dim", blocks, 1280), config.integer("norm_num_groups", 32),
        config.number("norm_eps", 1e-5), config.flag("use_linear_projection", false),
        config.flag("flip_sin_to_cos", true), config.number("freq_shift", 0),
        config.integer("time_embedding_dim", 4 * channels.getFirst()),
        added ? config.integer("addition_time_embed_dim") : 0,
        added ? config.integer("projection_class_embeddings_input_dim") : 0,
        config.integer("sample_size", 64));
  }

  private static void refuseOtherArchitectures(Config config) {
    config.only("act_fn", "null", "silu", "swish");
    config.only("addition_embed_type", "null", "text_time");
    config.only("attention_type", "null", "default");
    config.only("center_input_sample", "null", false);
    config.only("class_embed_type", "null");
    config.only("conv_in_kernel", "null", 3);
    config.only("conv_out_kernel", "null", 3);
    config.only("cross_attention_norm", "null");
    config.only("downsample_padding", "null", 1);
    config.only("dual_cross_attention", "null", false);
    config.only("encoder_hid_dim", "null");
    config.only("encoder_hid_dim_type", "null");
    config.only("mid_block_only_cross_attention", "null", false);
    config.only("mid_block_scale_factor", "null", 1, "1.0");
    config.only("mid_block_type", "null", "UNetMidBlock2DCrossAttn", "UNetMidBlock2D");
    config.only("num_class_embeds", "null");
    config.only("only_cross_attention", "null", false);
    config.only("resnet_out_scale_factor", "null", 1, "1.0");
    config.only("resnet_skip_time_act", "null", false);
    config.only("resnet_time_scale_shift", "null", "default");
    config.only("reverse_transformer_layers_per_block", "null");
    config.only("time_cond_proj_dim", "null");
    config.only("time_embedding_act_fn", "null");
    config.only("time_embedding_type", "null", "positional");
    config.only("timestep_post_act", "null");
  }
}

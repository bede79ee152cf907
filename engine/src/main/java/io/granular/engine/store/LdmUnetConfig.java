package io.granular.engine.store;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.store.LdmUnet.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The configuration of an original U-Net, derived from the shapes of its tensors. */
record LdmUnetConfig(Checkpoint checkpoint, Family family, List<Level> levels) {
  private static final String ATTENTION = "attn2.to_k.weight";
  private static final long HEADS_OF_SD1 = 8;
  private static final long HEAD_WIDTH = 64;
  /** Of the first level, in SD 1.x, 2.x and SDXL alike. */
  private static final long PUBLISHED_CHANNELS = 320;
  private static final int MICRO_CONDITIONS = 6;

  /** What all Stable Diffusion U-Nets share and no shape tells: the values of diffusers. */
  private static final String SHARED =
      """
          {"_class_name": "UNet2DConditionModel", "act_fn": "silu", "addition_embed_type": null,
           "addition_embed_type_num_heads": 64, "addition_time_embed_dim": null,
           "attention_type": "default", "center_input_sample": false, "class_embed_type": null,
           "class_embeddings_concat": false, "conv_in_kernel": 3, "conv_out_kernel": 3,
           "cross_attention_norm": null, "downsample_padding": 1, "dropout": 0.0,
           "dual_cross_attention": false, "encoder_hid_dim": null, "encoder_hid_dim_type": null,
           "flip_sin_to_cos": true, "freq_shift": 0, "mid_block_only_cross_attention": null,
           "mid_block_scale_factor": 1, "mid_block_type": "UNetMidBlock2DCrossAttn",
           "norm_eps": 1e-05, "norm_num_groups": 32, "num_attention_heads": null,
           "num_class_embeds": null, "only_cross_attention": false,
           "projection_class_embeddings_input_dim": null, "resnet_out_scale_factor": 1.0,
           "resnet_skip_time_act": false, "resnet_time_scale_shift": "default",
           "reverse_transformer_layers_per_block": null, "time_cond_proj_dim": null,
           "time_embedding_act_fn": null, "time_embedding_dim": null,
           "time_embedding_type": "positional", "timestep_post_act": null,
           "upcast_attention": false}""";

  ObjectNode json(int sampleSize) {
    ObjectNode json =
        ModelJson.parse(checkpoint.path(), SHARED.getBytes(StandardCharsets.UTF_8));
    json.put("sample_size", sampleSize);
    json.put("in_channels", checkpoint.shape(name("input_blocks.0.0.weight"), 4).get(1));
    json.put("out_channels", checkpoint.shape(name("out.2.weight"), 4).getFirst());
    json.put("layers_per_block", layersPerBlock());
    blocks(json);
    transformers(json);
    if (family == Family.SDXL) {
      addedConditions(json);
    }
    return json;
  }

  private int layersPerBlock() {
    if (levels.stream().map(Level::resnets).distinct().count() > 1) {
      throw checkpoint.underivable("its levels have different numbers of residual blocks");
    }
    return levels.getFirst().resnets();
  }

  private void blocks(ObjectNode json) {
    ArrayNode channels = json.putArray("block_out_channels");
    ArrayNode down = json.putArray("down_block_types");
    ArrayNode up = json.putArray("up_block_types");
    for (Level level : levels) {
      channels.add(level.channels());
      down.add(level.depth() > 0 ? "CrossAttnDownBlock2D" : "DownBlock2D");
    }
    int output = 0;
    for (Level level : levels.reversed()) {
      up.add(level.depth() > 0 ? "CrossAttnUpBlock2D" : "UpBlock2D");
      for (int i = 0; i <= level.resnets(); i++) {
        int depth = checkpoint.count(name("output_blocks." + output++ + ".1.transformer_blocks."));
        if (depth != level.depth()) {
          throw checkpoint.underivable("its output blocks do not mirror its input blocks");
        }
      }
    }
  }

  private void transformers(ObjectNode json) {
    int middle = checkpoint.count(name("middle_block.1.transformer_blocks."));
    String attention = name("middle_block.1.transformer_blocks.0." + ATTENTION);
    json.put("cross_attention_dim", checkpoint.shape(attention, 2).get(1));
    int rank = checkpoint.tensors().info(name("middle_block.1.proj_in.weight")).shape().size();
    json.put("use_linear_projection", rank == 2);
    depths(json, middle);
    if (family == Family.SD1) {
      // diffusers keeps the number of heads under this name.
      json.put("attention_head_dim", HEADS_OF_SD1);
    } else {
      ArrayNode heads = json.putArray("attention_head_dim");
      levels.forEach(level -> heads.add(heads(level.channels())));
    }
  }

  private void depths(ObjectNode json, int middle) {
    Level last = levels.getLast();
    if (last.depth() > 0 && last.depth() != middle) {
      throw checkpoint
          .underivable("its middle block is " + middle + " transformer blocks deep, the "
              + "level before it " + last.depth());
    }
    List<Integer> depths =
        new ArrayList<>(levels.stream().map(level -> Math.max(1, level.depth())).toList());
    // diffusers gives the middle block the last level's depth, also where that level has no attention.
    depths.set(depths.size() - 1, middle);
    if (depths.stream().distinct().count() == 1) {
      json.put("transformer_layers_per_block", middle);
    } else {
      ArrayNode array = json.putArray("transformer_layers_per_block");
      depths.forEach(array::add);
    }
  }

  /** What is assumed about a U-Net whose channels are none of the published ones. */
  List<String> notes() {
    long first = levels.getFirst().channels();
    if (first == PUBLISHED_CHANNELS) {
      return List.of();
    }
    String heads = family == Family.SD1 ? HEADS_OF_SD1 + " heads" : "heads of " + HEAD_WIDTH;
    return List.of("The file does not say how many attention heads its unet of " + first
        + " channels has; " + heads + " are assumed. If pictures come out broken, name the "
        + "diffusers folder it was made from (attention_head_dim in unet/config.json): "
        + "--config DIR.");
  }

  private long heads(long channels) {
    if (channels % HEAD_WIDTH != 0) {
      throw checkpoint.underivable("its blocks of " + channels
          + " channels do not divide into attention heads of " + HEAD_WIDTH,
          "attention_head_dim in unet/config.json");
    }
    return channels / HEAD_WIDTH;
  }

  private void addedConditions(ObjectNode json) {
    long input = checkpoint.shape(name("label_emb.0.0.weight"), 2).get(1);
    long text = OpenClipText.projection(checkpoint, OpenClipText.SDXL_PREFIX);
    if (input <= text || (input - text) % MICRO_CONDITIONS != 0) {
      throw checkpoint.underivable("its added conditions of " + input + " numbers are not a text "
          + "embedding of " + text + " and " + MICRO_CONDITIONS + " sizes");
    }
    json.put("addition_embed_type", "text_time");
    json.put("addition_time_embed_dim", (input - text) / MICRO_CONDITIONS);
    json.put("projection_class_embeddings_input_dim", input);
  }

  private static String name(String rest) {
    return LdmUnet.PREFIX + rest;
  }
}

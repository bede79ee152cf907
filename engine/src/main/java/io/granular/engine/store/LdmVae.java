package io.granular.engine.store;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.store.RenamedTensors.Origin;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** The VAE of an original checkpoint. */
final class LdmVae implements CheckpointPart {
  static final String PREFIX = "first_stage_model.";

  /** What all Stable Diffusion VAEs share and no shape tells: the values of diffusers. */
  private static final String SHARED =
      """
          {"_class_name": "AutoencoderKL", "act_fn": "silu", "force_upcast": true,
           "latents_mean": null, "latents_std": null, "norm_num_groups": 32, "shift_factor": null}""";
  private static final double SD_SCALE = 0.18215;
  private static final double SDXL_SCALE = 0.13025;

  private final Checkpoint checkpoint;
  private final Family family;
  private final int sampleSize;
  private final int levels;

  /** @param sampleSize the size of the pictures the model was trained on, which no shape tells */
  LdmVae(Checkpoint checkpoint, Family family, int sampleSize) {
    this.checkpoint = checkpoint;
    this.family = family;
    this.sampleSize = sampleSize;
    this.levels = checkpoint.count(PREFIX + "encoder.down.");
    if (levels == 0 || checkpoint.count(PREFIX + "decoder.up.") != levels) {
      throw checkpoint.unusual("has no complete VAE (" + PREFIX + "*)");
    }
  }

  @Override
  public String className() {
    return "AutoencoderKL";
  }

  @Override
  public ObjectNode config() {
    ObjectNode json = ModelJson.parse(checkpoint.path(), SHARED.getBytes(StandardCharsets.UTF_8));
    json.put("sample_size", sampleSize);
    json.put("in_channels", checkpoint.shape(PREFIX + "encoder.conv_in.weight", 4).get(1));
    json.put("out_channels", checkpoint.shape(PREFIX + "decoder.conv_out.weight", 4).getFirst());
    json.put("latent_channels", checkpoint.shape(PREFIX + "decoder.conv_in.weight", 4).get(1));
    json.put("scaling_factor", family == Family.SDXL ? SDXL_SCALE : SD_SCALE);
    json.put("use_quant_conv", checkpoint.has(PREFIX + "quant_conv.weight"));
    json.put("use_post_quant_conv", checkpoint.has(PREFIX + "post_quant_conv.weight"));
    json.put("mid_block_add_attention", checkpoint.hasAny(PREFIX + "encoder.mid.attn_1."));
    levels(json);
    return json;
  }

  private void levels(ObjectNode json) {
    int layers = checkpoint.count(PREFIX + "encoder.down.0.block.");
    json.put("layers_per_block", layers);
    ArrayNode channels = json.putArray("block_out_channels");
    ArrayNode down = json.putArray("down_block_types");
    ArrayNode up = json.putArray("up_block_types");
    for (int level = 0; level < levels; level++) {
      String block = PREFIX + "encoder.down." + level + ".block.";
      if (checkpoint.count(block) != layers
          || checkpoint.count(PREFIX + "decoder.up." + level + ".block.") != layers + 1) {
        throw checkpoint.underivable("the levels of its VAE have different numbers of blocks");
      }
      channels.add(checkpoint.shape(block + "0.conv1.weight", 4).getFirst());
      down.add("DownEncoderBlock2D");
      up.add("UpDecoderBlock2D");
    }
  }

  /** Training leftovers beside encoder and decoder (losses, moving averages) are left out. */
  @Override
  public SequencedMap<String, Origin> tensors() {
    LdmVaeNames names = new LdmVaeNames(levels);
    SequencedMap<String, Origin> tensors = new LinkedHashMap<>();
    for (String name : checkpoint.names()) {
      String rest = name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : "";
      if (rest.startsWith("encoder.") || rest.startsWith("decoder.")
          || rest.startsWith("quant_conv.") || rest.startsWith("post_quant_conv.")) {
        String renamed = names.diffusers(rest)
            .orElseThrow(() -> checkpoint.unusual("tensor '" + name + "' is no part of a Stable "
                + "Diffusion VAE"));
        boolean projection = renamed.contains(".attentions.") && renamed.endsWith(".weight")
            && !renamed.contains("norm");
        tensors.put(renamed, new Origin(name,
            projection ? new Transform.Squeeze() : new Transform.Same()));
      }
    }
    return tensors;
  }
}

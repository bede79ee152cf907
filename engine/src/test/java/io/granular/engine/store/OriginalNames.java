package io.granular.engine.store;

import java.util.Map;
import java.util.TreeMap;

/**
 * From diffusers' names to the original ones, as a table written out by hand for the two small
 * reference pipelines, so that it shares no arithmetic with the product.
 */
final class OriginalNames {
  private static final String SD2_UNET = """
      down_blocks.0.resnets.0.           input_blocks.1.0.
      down_blocks.0.attentions.0.        input_blocks.1.1.
      down_blocks.0.downsamplers.0.conv. input_blocks.2.0.op.
      down_blocks.1.resnets.0.           input_blocks.3.0.
      down_blocks.1.attentions.0.        input_blocks.3.1.
      down_blocks.1.downsamplers.0.conv. input_blocks.4.0.op.
      down_blocks.2.resnets.0.           input_blocks.5.0.
      down_blocks.2.attentions.0.        input_blocks.5.1.
      down_blocks.2.downsamplers.0.conv. input_blocks.6.0.op.
      down_blocks.3.resnets.0.           input_blocks.7.0.
      up_blocks.0.resnets.0.             output_blocks.0.0.
      up_blocks.0.resnets.1.             output_blocks.1.0.
      up_blocks.0.upsamplers.0.conv.     output_blocks.1.1.conv.
      up_blocks.1.resnets.0.             output_blocks.2.0.
      up_blocks.1.attentions.0.          output_blocks.2.1.
      up_blocks.1.resnets.1.             output_blocks.3.0.
      up_blocks.1.attentions.1.          output_blocks.3.1.
      up_blocks.1.upsamplers.0.conv.     output_blocks.3.2.conv.
      up_blocks.2.resnets.0.             output_blocks.4.0.
      up_blocks.2.attentions.0.          output_blocks.4.1.
      up_blocks.2.resnets.1.             output_blocks.5.0.
      up_blocks.2.attentions.1.          output_blocks.5.1.
      up_blocks.2.upsamplers.0.conv.     output_blocks.5.2.conv.
      up_blocks.3.resnets.0.             output_blocks.6.0.
      up_blocks.3.attentions.0.          output_blocks.6.1.
      up_blocks.3.resnets.1.             output_blocks.7.0.
      up_blocks.3.attentions.1.          output_blocks.7.1.
      """;
  private static final String SDXL_UNET = """
      down_blocks.0.resnets.0.           input_blocks.1.0.
      down_blocks.0.downsamplers.0.conv. input_blocks.2.0.op.
      down_blocks.1.resnets.0.           input_blocks.3.0.
      down_blocks.1.attentions.0.        input_blocks.3.1.
      down_blocks.1.downsamplers.0.conv. input_blocks.4.0.op.
      down_blocks.2.resnets.0.           input_blocks.5.0.
      down_blocks.2.attentions.0.        input_blocks.5.1.
      up_blocks.0.resnets.0.             output_blocks.0.0.
      up_blocks.0.attentions.0.          output_blocks.0.1.
      up_blocks.0.resnets.1.             output_blocks.1.0.
      up_blocks.0.attentions.1.          output_blocks.1.1.
      up_blocks.0.upsamplers.0.conv.     output_blocks.1.2.conv.
      up_blocks.1.resnets.0.             output_blocks.2.0.
      up_blocks.1.attentions.0.          output_blocks.2.1.
      up_blocks.1.resnets.1.             output_blocks.3.0.
      up_blocks.1.attentions.1.          output_blocks.3.1.
      up_blocks.1.upsamplers.0.conv.     output_blocks.3.2.conv.
      up_blocks.2.resnets.0.             output_blocks.4.0.
      up_blocks.2.resnets.1.             output_blocks.5.0.
      """;
  private static final String BOTH_UNETS = """
      time_embedding.linear_1.           time_embed.0.
      time_embedding.linear_2.           time_embed.2.
      add_embedding.linear_1.            label_emb.0.0.
      add_embedding.linear_2.            label_emb.0.2.
      conv_in.                           input_blocks.0.0.
      conv_norm_out.                     out.0.
      conv_out.                          out.2.
      mid_block.resnets.0.               middle_block.0.
      mid_block.attentions.0.            middle_block.1.
      mid_block.resnets.1.               middle_block.2.
      """;
  private static final String VAE =
      """
          encoder.down_blocks.0.resnets.             encoder.down.0.block.
          encoder.down_blocks.1.resnets.             encoder.down.1.block.
          encoder.down_blocks.2.resnets.             encoder.down.2.block.
          encoder.down_blocks.3.resnets.             encoder.down.3.block.
          encoder.down_blocks.0.downsamplers.0.      encoder.down.0.downsample.
          encoder.down_blocks.1.downsamplers.0.      encoder.down.1.downsample.
          encoder.down_blocks.2.downsamplers.0.      encoder.down.2.downsample.
          encoder.mid_block.resnets.0.               encoder.mid.block_1.
          encoder.mid_block.resnets.1.               encoder.mid.block_2.
          encoder.mid_block.attentions.0.group_norm. encoder.mid.attn_1.norm.
          encoder.mid_block.attentions.0.to_q.       encoder.mid.attn_1.q.
          encoder.mid_block.attentions.0.to_k.       encoder.mid.attn_1.k.
          encoder.mid_block.attentions.0.to_v.       encoder.mid.attn_1.v.
          encoder.mid_block.attentions.0.to_out.0.   encoder.mid.attn_1.proj_out.
          encoder.conv_norm_out.                     encoder.norm_out.
          decoder.up_blocks.0.resnets.               decoder.up.3.block.
          decoder.up_blocks.1.resnets.               decoder.up.2.block.
          decoder.up_blocks.2.resnets.               decoder.up.1.block.
          decoder.up_blocks.3.resnets.               decoder.up.0.block.
          decoder.up_blocks.0.upsamplers.0.          decoder.up.3.upsample.
          decoder.up_blocks.1.upsamplers.0.          decoder.up.2.upsample.
          decoder.up_blocks.2.upsamplers.0.          decoder.up.1.upsample.
          decoder.mid_block.resnets.0.               decoder.mid.block_1.
          decoder.mid_block.resnets.1.               decoder.mid.block_2.
          decoder.mid_block.attentions.0.group_norm. decoder.mid.attn_1.norm.
          decoder.mid_block.attentions.0.to_q.       decoder.mid.attn_1.q.
          decoder.mid_block.attentions.0.to_k.       decoder.mid.attn_1.k.
          decoder.mid_block.attentions.0.to_v.       decoder.mid.attn_1.v.
          decoder.mid_block.attentions.0.to_out.0.   decoder.mid.attn_1.proj_out.
          decoder.conv_norm_out.                     decoder.norm_out.
          """;
  private static final String OPEN_CLIP =
      """
          text_model.embeddings.position_embedding.weight positional_embedding
          text_model.embeddings.token_embedding.          token_embedding.
          text_model.final_layer_norm.                    ln_final.
          text_model.encoder.layers.                      transformer.resblocks.
          """;

  private OriginalNames() {}

  static String unet(String name, Family family) {
    String table = BOTH_UNETS + (family == Family.SDXL ? SDXL_UNET : SD2_UNET);
    String renamed = replaceStart(name, table);
    return "model.diffusion_model." + (name.contains(".resnets.")
        ? renamed.replace("norm1", "in_layers.0")
            .replace("conv1", "in_layers.2")
            .replace("time_emb_proj", "emb_layers.1")
            .replace("norm2", "out_layers.0")
            .replace("conv2", "out_layers.3")
            .replace("conv_shortcut", "skip_connection")
        : renamed);
  }

  static String vae(String name) {
    return "first_stage_model." + replaceStart(name, VAE).replace("conv_shortcut", "nin_shortcut");
  }

  /** All but the attention projections, which OpenCLIP stores as one. */
  static String openClip(String name) {
    return replaceStart(name, OPEN_CLIP).replace("layer_norm1", "ln_1")
        .replace("layer_norm2", "ln_2")
        .replace("fc1", "c_fc")
        .replace("fc2", "c_proj")
        .replace("self_attn", "attn");
  }

  private static String replaceStart(String name, String table) {
    Map<String, String> rows = new TreeMap<>();
    table.lines().map(line -> line.trim().split(" +")).forEach(row -> rows.put(row[0], row[1]));
    return rows.entrySet()
        .stream()
        .filter(row -> name.startsWith(row.getKey()))
        .map(row -> row.getValue() + name.substring(row.getKey().length()))
        .findFirst()
        .orElse(name);
  }
}

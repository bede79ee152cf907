package io.granular.engine.store;

import io.granular.engine.store.LdmUnet.Place;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * From a name inside the original U-Net to diffusers' name.
 *
 * @param inputs where each of {@code input_blocks} belongs
 * @param outputs where each of {@code output_blocks} belongs
 * @see <a href="https://github.com/huggingface/diffusers">diffusers,
 *      {@code convert_ldm_unet_checkpoint}</a>
 */
record LdmUnetNames(List<Place> inputs, List<Place> outputs) {
  static final Map<String, String> OUTSIDE = Map.of(
      "time_embed.0", "time_embedding.linear_1", "time_embed.2", "time_embedding.linear_2",
      "label_emb.0.0", "add_embedding.linear_1", "label_emb.0.2", "add_embedding.linear_2",
      "input_blocks.0.0", "conv_in", "out.0", "conv_norm_out", "out.2", "conv_out");
  static final Map<String, String> RESNET = Map.of("in_layers.0", "norm1", "in_layers.2",
      "conv1", "emb_layers.1", "time_emb_proj", "out_layers.0", "norm2", "out_layers.3", "conv2",
      "skip_connection", "conv_shortcut");
  private static final Pattern TENSOR = Pattern.compile("(.+)\\.(weight|bias)");
  private static final Pattern BLOCK =
      Pattern.compile("(input_blocks|output_blocks)\\.(\\d{1,3})\\.(\\d)\\.(.+)");
  private static final Pattern MIDDLE = Pattern.compile("middle_block\\.([012])\\.(.+)");
  private static final Pattern ATTENTION =
      Pattern.compile("norm|proj_in|proj_out|transformer_blocks\\.\\d+\\..+");

  /** The new name, or nothing if {@code name} is no part of a Stable Diffusion U-Net. */
  Optional<String> diffusers(String name) {
    Matcher tensor = TENSOR.matcher(name);
    return tensor.matches()
        ? layer(tensor.group(1)).map(layer -> layer + "." + tensor.group(2))
        : Optional.empty();
  }

  private Optional<String> layer(String name) {
    String outside = OUTSIDE.get(name);
    if (outside != null) {
      return Optional.of(outside);
    }
    Matcher middle = MIDDLE.matcher(name);
    if (middle.matches()) {
      int index = Integer.parseInt(middle.group(1));
      return index == 1
          ? attention("mid_block.attentions.0.", middle.group(2))
          : resnet("mid_block.resnets." + index / 2 + ".", middle.group(2));
    }
    Matcher block = BLOCK.matcher(name);
    return block.matches()
        ? block(block.group(1).startsWith("input"), Integer.parseInt(block.group(2)),
            Integer.parseInt(block.group(3)), block.group(4))
        : Optional.empty();
  }

  private Optional<String> block(boolean down, int number, int part, String rest) {
    List<Place> places = down ? inputs : outputs;
    if (number >= places.size()) {
      return Optional.empty();
    }
    Place place = places.get(number);
    String level = (down ? "down_blocks." : "up_blocks.") + place.level() + ".";
    if (down && rest.equals("op")) {
      return Optional.of(level + "downsamplers.0.conv");
    }
    if (!down && part > 0 && rest.equals("conv")) {
      return Optional.of(level + "upsamplers.0.conv");
    }
    return switch (part) {
      case 0 -> resnet(level + "resnets." + place.index() + ".", rest);
      case 1 -> attention(level + "attentions." + place.index() + ".", rest);
      default -> Optional.empty();
    };
  }

  private static Optional<String> resnet(String prefix, String rest) {
    return Optional.ofNullable(RESNET.get(rest)).map(layer -> prefix + layer);
  }

  private static Optional<String> attention(String prefix, String rest) {
    return ATTENTION.matcher(rest).matches() ? Optional.of(prefix + rest) : Optional.empty();
  }
}

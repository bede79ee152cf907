package io.granular.engine.store;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * From a name inside the original VAE to diffusers' name.
 *
 * @param levels number of resolutions; the original counts the decoder's backwards
 * @see <a href="https://github.com/huggingface/diffusers">diffusers,
 *      {@code convert_ldm_vae_checkpoint}</a>
 */
record LdmVaeNames(int levels) {
  static final Map<String, String> ATTENTION =
      Map.of("norm", "group_norm", "q", "to_q", "k",
          "to_k", "v", "to_v", "proj_out", "to_out.0");
  private static final Pattern PLAIN = Pattern.compile("(quant_conv|post_quant_conv"
      + "|(?:encoder|decoder)\\.(?:conv_in|conv_out))\\.(weight|bias)");
  private static final Pattern NORM_OUT =
      Pattern.compile("(encoder|decoder)\\.norm_out\\.(weight|bias)");
  private static final Pattern LEVEL = Pattern.compile("(encoder\\.down|decoder\\.up)\\.(\\d)\\."
      + "(?:block\\.(\\d{1,2})\\.(norm1|norm2|conv1|conv2|nin_shortcut)|(downsample|upsample)\\.conv)"
      + "\\.(weight|bias)");
  private static final Pattern MIDDLE_RESNET =
      Pattern.compile("(encoder|decoder)\\.mid\\.block_([12])"
          + "\\.(norm1|norm2|conv1|conv2|nin_shortcut)\\.(weight|bias)");
  private static final Pattern MIDDLE_ATTENTION =
      Pattern.compile("(encoder|decoder)\\.mid\\.attn_1\\.(norm|q|k|v|proj_out)\\.(weight|bias)");

  /** The new name, or nothing if {@code name} is no part of a Stable Diffusion VAE. */
  Optional<String> diffusers(String name) {
    if (PLAIN.matcher(name).matches()) {
      return Optional.of(name);
    }
    Matcher norm = NORM_OUT.matcher(name);
    if (norm.matches()) {
      return Optional.of(norm.group(1) + ".conv_norm_out." + norm.group(2));
    }
    Matcher attention = MIDDLE_ATTENTION.matcher(name);
    if (attention.matches()) {
      return Optional.of(attention.group(1) + ".mid_block.attentions.0."
          + ATTENTION.get(attention.group(2)) + "." + attention.group(3));
    }
    Matcher resnet = MIDDLE_RESNET.matcher(name);
    if (resnet.matches()) {
      int index = Integer.parseInt(resnet.group(2)) - 1;
      return Optional.of(resnet.group(1) + ".mid_block.resnets." + index + "."
          + resnetLayer(resnet.group(3)) + "." + resnet.group(4));
    }
    Matcher level = LEVEL.matcher(name);
    return level.matches() ? level(level) : Optional.empty();
  }

  private Optional<String> level(Matcher match) {
    boolean down = match.group(1).equals("encoder.down");
    int number = Integer.parseInt(match.group(2));
    if (number >= levels) {
      return Optional.empty();
    }
    String block = down
        ? "encoder.down_blocks." + number
        : "decoder.up_blocks." + (levels - 1 - number);
    String layer = match.group(3) == null
        ? match.group(5) + "rs.0.conv" // downsamplers, upsamplers
        : "resnets." + match.group(3) + "." + resnetLayer(match.group(4));
    return Optional.of(block + "." + layer + "." + match.group(6));
  }

  private static String resnetLayer(String name) {
    return name.equals("nin_shortcut") ? "conv_shortcut" : name;
  }
}

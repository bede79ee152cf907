package io.granular.engine.store;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * From the names of an autoencoder in diffusers to the original ones: the inverse of {@link LdmVaeNames}.
 *
 * @param levels number of resolutions; the original counts the decoder's backwards
 */
record LdmVaeOriginals(int levels) {
  private static final Pattern PLAIN = Pattern.compile("(quant_conv|post_quant_conv"
      + "|(?:encoder|decoder)\\.(?:conv_in|conv_out))\\.(weight|bias)");
  private static final Pattern NORM_OUT =
      Pattern.compile("(encoder|decoder)\\.conv_norm_out\\.(weight|bias)");
  private static final Pattern RESNET = Pattern.compile(
      "(encoder|decoder)\\.(down_blocks|up_blocks)\\.(\\d)\\.resnets\\.(\\d{1,2})"
          + "\\.(norm1|norm2|conv1|conv2|conv_shortcut)\\.(weight|bias)");
  private static final Pattern SAMPLER = Pattern.compile(
      "(encoder|decoder)\\.(down_blocks|up_blocks)\\.(\\d)\\.(downsample|upsample)rs\\.0\\.conv"
          + "\\.(weight|bias)");
  private static final Pattern MIDDLE =
      Pattern.compile("(encoder|decoder)\\.mid_block\\.resnets\\.([01])"
          + "\\.(norm1|norm2|conv1|conv2|conv_shortcut)\\.(weight|bias)");
  private static final Pattern ATTENTION =
      Pattern.compile("(encoder|decoder)\\.mid_block\\.attentions\\.0\\.(.+)\\.(weight|bias)");

  /** The table of an autoencoder with these tensors. */
  static LdmVaeOriginals of(Set<String> names) {
    int levels = 0;
    while (names.contains("encoder.down_blocks." + levels + ".resnets.0.norm1.weight")) {
      levels++;
    }
    return new LdmVaeOriginals(levels);
  }

  /** The original name; empty if {@code name} is no part of a Stable Diffusion VAE. */
  Optional<String> original(String name) {
    if (PLAIN.matcher(name).matches()) {
      return Optional.of(name);
    }
    Matcher norm = NORM_OUT.matcher(name);
    if (norm.matches()) {
      return Optional.of(norm.group(1) + ".norm_out." + norm.group(2));
    }
    Matcher resnet = RESNET.matcher(name);
    if (resnet.matches()) {
      return Optional.of(level(resnet) + ".block." + resnet.group(4) + "."
          + layer(resnet.group(5)) + "." + resnet.group(6));
    }
    Matcher sampler = SAMPLER.matcher(name);
    if (sampler.matches()) {
      return Optional.of(level(sampler) + "." + sampler.group(4) + ".conv." + sampler.group(5));
    }
    Matcher middle = MIDDLE.matcher(name);
    if (middle.matches()) {
      return Optional.of(middle.group(1) + ".mid.block_" + (Integer.parseInt(middle.group(2)) + 1)
          + "." + layer(middle.group(3)) + "." + middle.group(4));
    }
    Matcher attention = ATTENTION.matcher(name);
    return attention.matches()
        ? LdmVaeNames.ATTENTION.entrySet()
            .stream()
            .filter(entry -> entry.getValue().equals(attention.group(2)))
            .map(Map.Entry::getKey)
            .findFirst()
            .map(part -> attention.group(1) + ".mid.attn_1." + part + "." + attention.group(3))
        : Optional.empty();
  }

  private String level(Matcher match) {
    int number = Integer.parseInt(match.group(3));
    return match.group(1).equals("encoder")
        ? "encoder.down." + number
        : "decoder.up." + (levels - 1 - number);
  }

  private static String layer(String name) {
    return name.equals("conv_shortcut") ? "nin_shortcut" : name;
  }
}

package io.granular.engine.analyze;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** What is quantized or restored together. */
public enum Grouping {
  /** Each module by itself. */
  MODULE,
  /** The modules of one residual, attention or text block. */
  BLOCK;

  /** Parts of names that are followed by a block's number. */
  private static final Set<String> LISTS =
      Set.of("attentions", "resnets", "layers", "downsamplers", "upsamplers");

  /**
   * Name of the unit that a module belongs to.
   *
   * @param module full name, e.g. {@code unet.down_blocks.0.attentions.1.proj_in}
   * @return of blocks e.g. {@code unet.down_blocks.0.attentions.1}; a module in no block is a unit by itself
   */
  public String unit(String module) {
    if (this == MODULE) {
      return module;
    }
    List<String> parts = Arrays.asList(module.split("\\."));
    for (int i = 0; i + 1 < parts.size(); i++) {
      if (LISTS.contains(parts.get(i))) {
        return String.join(".", parts.subList(0, i + 2));
      }
    }
    int last = parts.size() - 1;
    return last > 0 && parts.get(last - 1).endsWith("_embedding")
        ? String.join(".", parts.subList(0, last))
        : module;
  }
}

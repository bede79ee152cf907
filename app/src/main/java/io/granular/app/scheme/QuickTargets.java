package io.granular.app.scheme;

import io.granular.app.edit.Draft;
import io.granular.app.edit.ModuleTree;
import io.granular.app.edit.SchemeJson;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Which modules the quick controls of a side mean: those of the U-Net that its recipe quantizes, and
 * if there are none, all of the U-Net but those that practice keeps at high precision.
 */
final class QuickTargets {
  /** As in the rules of the recipes that ship. */
  private static final Pattern SENSITIVE = Pattern.compile(
      "unet\\.(conv_in|conv_out|(time|add)_embedding\\..*|(.*\\.)?(time_emb_proj|conv_shortcut))");

  private QuickTargets() {}

  static List<String> unet(Draft draft) {
    List<String> matrices = editable(draft, "unet");
    List<String> quantized =
        matrices.stream().filter(m -> SchemeJson.quantizes(draft.scheme(m))).toList();
    return quantized.isEmpty()
        ? matrices.stream().filter(m -> !SENSITIVE.matcher(m).matches()).toList()
        : quantized;
  }

  /** All modules with a matrix of the networks whose names begin so. */
  static List<String> editable(Draft draft, String network) {
    List<String> modules = new ArrayList<>();
    for (ModuleTree part : draft.tree()) {
      if (part.path().startsWith(network)) {
        part.forEachModule(module -> {
          if (draft.editable(module)) {
            modules.add(module);
          }
        });
      }
    }
    return modules;
  }
}

package io.granular.engine.store;

import io.granular.engine.store.OriginalTensor.Change;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * From the names of diffusers to those of original checkpoints (ldm, sgm, OpenCLIP): the inverse of what
 * {@link SingleFileCheckpoint} does, from the same tables.
 */
public final class LdmNames {
  private LdmNames() {}

  /**
   * The original tensors of one component, in the order of its own.
   *
   * @throws BadModelException if a tensor has no original name; says which
   */
  public static List<OriginalTensor> of(ModelSource model, Component component) {
    Set<String> names = new LinkedHashSet<>(component.tensors().names());
    return switch (component.name()) {
      case "unet" -> unet(model, names);
      case "vae" -> vae(model, names, component);
      case "text_encoder" -> model.family() == Family.SD2
          ? openClip(model, names, OpenClipText.SD2_PREFIX)
          : prefixed(names, model.family() == Family.SDXL
              ? HfClipText.SDXL_PREFIX
              : HfClipText.SD1_PREFIX);
      case "text_encoder_2" -> openClip(model, names, OpenClipText.SDXL_PREFIX);
      default -> throw unknown(model, component.name());
    };
  }

  /** What U-Nets' names begin with in whole checkpoints. */
  public static String unetPrefix() {
    return LdmUnet.PREFIX;
  }

  private static List<OriginalTensor> prefixed(Set<String> names, String prefix) {
    return names.stream().map(name -> same(prefix + name, name)).toList();
  }

  private static List<OriginalTensor> unet(ModelSource model, Set<String> names) {
    LdmUnetOriginals table = LdmUnetOriginals.of(names);
    return names.stream()
        .map(name -> same(LdmUnet.PREFIX + table.original(name)
            .orElseThrow(() -> unknown(model, "unet." + name)), name))
        .toList();
  }

  private static List<OriginalTensor> vae(ModelSource model, Set<String> names,
      Component component) {
    LdmVaeOriginals table = LdmVaeOriginals.of(names);
    List<OriginalTensor> tensors = new ArrayList<>();
    for (String name : names) {
      Optional<String> original = table.original(name);
      boolean projection = name.contains(".attentions.") && name.endsWith(".weight")
          && component.tensors().info(name).shape().size() == 2;
      tensors.add(new OriginalTensor(
          LdmVae.PREFIX + original.orElseThrow(() -> unknown(model, "vae." + name)),
          List.of(name), projection ? Change.UNSQUEEZED : Change.SAME));
    }
    return tensors;
  }

  private static List<OriginalTensor> openClip(ModelSource model, Set<String> names,
      String prefix) {
    List<OriginalTensor> tensors = new ArrayList<>();
    for (String name : names) {
      OriginalTensor original = OpenClipOriginals.of(name)
          .orElseThrow(() -> unknown(model, "the text encoder's " + name));
      // Queries, keys and values are one tensor, which the queries stand for.
      if (original.parts().getFirst().equals(name)) {
        tensors.add(new OriginalTensor(prefix + original.name(), original.parts(),
            original.change()));
      }
    }
    return tensors;
  }

  private static OriginalTensor same(String original, String name) {
    return new OriginalTensor(original, List.of(name), Change.SAME);
  }

  private static BadModelException unknown(ModelSource model, String name) {
    return new BadModelException(model.path(),
        "'" + name + "' has no name in original checkpoints of "
            + model.family().label(),
        "Save it as safetensors instead");
  }
}

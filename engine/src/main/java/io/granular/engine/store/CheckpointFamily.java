package io.granular.engine.store;

import java.util.List;
import java.util.Map;

/** Tells from the names in a checkpoint which model it is, or what it is instead. */
final class CheckpointFamily {
  /** Names that give away other things people have in {@code .safetensors} files; first match wins. */
  private static final List<Map.Entry<String, String>> OTHERS = List.of(
      Map.entry("lora", "a LoRA, which only changes another model"),
      Map.entry("control_model.", "a ControlNet"), Map.entry("controlnet_", "a ControlNet"),
      Map.entry("motion_modules.", "an AnimateDiff motion module"),
      Map.entry("joint_blocks.", "Stable Diffusion 3"),
      Map.entry("double_stream_modulation", "FLUX.2"), Map.entry("double_blocks.", "FLUX"),
      Map.entry("single_transformer_blocks.", "the transformer of a FLUX folder"),
      Map.entry("double_layers.", "AuraFlow"), Map.entry("text_encoders.t5xxl.", "a model with T5"),
      Map.entry("down_blocks.", "one component of a diffusers folder, or a part of one"),
      Map.entry("text_model.", "a text encoder alone"),
      Map.entry("first_stage_model.", "a VAE alone"),
      Map.entry("emb_params", "a textual inversion"),
      Map.entry("encoder.down.", "a VAE alone"));
  private static final int SHOWN = 3;

  private CheckpointFamily() {}

  /**
   * The family of {@code checkpoint}.
   *
   * @throws BadModelException if it is not a complete Stable Diffusion checkpoint; says what it
   *         looks like
   */
  static Family of(Checkpoint checkpoint) {
    if (!checkpoint.has(LdmUnet.PREFIX + "input_blocks.0.0.weight")) {
      throw new BadModelException(checkpoint.path(),
          "holds no Stable Diffusion U-Net; it looks like "
              + describe(checkpoint),
          "Granular runs single-file checkpoints of Stable Diffusion 1.x, "
              + "2.x and XL under their original names");
    }
    if (checkpoint.has("edm_mean")) {
      throw new BadModelException(checkpoint.path(), "was trained in the EDM formulation (as "
          + "Playground 2.5), which no sampler of Granular follows", "Use another SDXL model");
    }
    if (checkpoint.hasAny(OpenClipText.SDXL_PREFIX)) {
      requireText(checkpoint, HfClipText.SDXL_PREFIX);
      return Family.SDXL;
    }
    if (checkpoint.hasAny("conditioner.embedders.0.model.")) {
      throw new BadModelException(checkpoint.path(), "is the SDXL refiner, which only finishes "
          + "pictures of another model", "Use the SDXL base model");
    }
    if (checkpoint.hasAny(OpenClipText.SD2_PREFIX)) {
      return Family.SD2;
    }
    requireText(checkpoint, HfClipText.SD1_PREFIX);
    return Family.SD1;
  }

  private static void requireText(Checkpoint checkpoint, String prefix) {
    if (!checkpoint.hasAny(prefix)) {
      throw checkpoint.unusual("has a U-Net but no text encoder (" + prefix + "*)");
    }
  }

  private static String describe(Checkpoint checkpoint) {
    for (Map.Entry<String, String> other : OTHERS) {
      if (checkpoint.names().stream().anyMatch(name -> name.contains(other.getKey()))) {
        return other.getValue();
      }
    }
    List<String> first = checkpoint.names().stream().limit(SHOWN).toList();
    return "something else (" + checkpoint.names().size() + " tensors"
        + (first.isEmpty() ? "" : ", such as " + String.join(", ", first)) + ")";
  }
}

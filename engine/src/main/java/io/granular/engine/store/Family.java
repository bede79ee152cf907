package io.granular.engine.store;

import java.util.List;

/** The architectures Granular runs; what differs between two models of one family is in configs. */
public enum Family {
  /** Stable Diffusion 1.x and its fine-tunes: CLIP ViT-L, convolutional attention projections. */
  SD1("SD 1.x"),
  /** Stable Diffusion 2.x: OpenCLIP ViT-H, linear attention projections, often v-prediction. */
  SD2("SD 2.x"),
  /** Stable Diffusion XL base: two text encoders, added text and time conditions. */
  SDXL("SDXL");

  private final String label;

  Family(String label) {
    this.label = label;
  }

  /** The name people know. */
  public String label() {
    return label;
  }

  /** Names of the networks, in the order they run. */
  public List<String> components() {
    return switch (this) {
      case SD1, SD2 -> List.of("text_encoder", "unet", "vae");
      case SDXL -> List.of("text_encoder", "text_encoder_2", "unet", "vae");
    };
  }
}

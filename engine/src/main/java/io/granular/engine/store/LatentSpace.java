package io.granular.engine.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;

/** Whether a U-Net denoises what its VAE encodes, and nothing else besides. */
final class LatentSpace {
  private static final int DEFAULT_CHANNELS = 4;

  private LatentSpace() {}

  /**
   * Refuses U-Nets that take more than the latents: inpainting (9 channels: latents, mask, masked
   * picture) and instruct-pix2pix (8 channels: latents, picture).
   *
   * @throws BadModelException if the U-Net takes other channels than the VAE gives
   */
  static void check(Path model, ObjectNode unet, ObjectNode vae) {
    int latents = vae.path("latent_channels").asInt(DEFAULT_CHANNELS);
    int taken = unet.path("in_channels").asInt(DEFAULT_CHANNELS);
    if (taken != latents) {
      throw new BadModelException(model, "its U-Net takes " + taken + " channels, its VAE gives "
          + latents + " (" + kind(taken) + ")", "Use a text-to-image model");
    }
  }

  private static String kind(int channels) {
    return switch (channels) {
      case 9 -> "an inpainting model";
      case 5 -> "a depth-to-picture model";
      case 8 -> "a picture-editing model";
      default -> "they do not belong together";
    };
  }
}

package io.granular.engine.network;

import io.granular.engine.store.Component;
import io.granular.engine.store.ModelSource;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * The networks of one pipeline, in the order they run.
 *
 * @param networks by name: {@code text_encoder}, {@code text_encoder_2} (SDXL), {@code unet}, {@code vae.decode},
 *   {@code vae.encode}; text-to-image never needs the last
 * @param vae the autoencoder's configuration
 * @param latentSide height and width of the latents that the U-Net was trained on
 */
public record PipelineGraphs(SequencedMap<String, Graph> networks, VaeConfig vae,
    int latentSide) {
  /** The half of the autoencoder that text-to-image does not run. */
  public static final String ENCODER = "vae.encode";

  /**
   * Builds every network of an opened model.
   *
   * @throws IllegalArgumentException naming the configuration file and the key that is not supported
   */
  public static PipelineGraphs of(ModelSource model) {
    SequencedMap<String, Graph> networks = new LinkedHashMap<>();
    for (Component component : model.components().values()) {
      String name = component.name();
      if (name.startsWith("text_encoder")) {
        networks.put(name, ClipText.build(name, ClipTextConfig.from(name, component.config())));
      }
    }
    UNetConfig unet = UNetConfig.from(model.component("unet").config());
    networks.put("unet", UNet.build(unet));
    VaeConfig vae = VaeConfig.from(model.component("vae").config());
    networks.put("vae.decode", Autoencoder.decoder(vae));
    networks.put(ENCODER, Autoencoder.encoder(vae));
    return new PipelineGraphs(networks, vae, unet.sampleSize());
  }

  /** The model component that holds a network's weights: {@code vae} for {@code vae.decode}. */
  public static String component(String network) {
    int dot = network.indexOf('.');
    return dot < 0 ? network : network.substring(0, dot);
  }

  /** The name by which recipes know a module: {@code vae.decoder.conv_in}, {@code unet.conv_in}. */
  public static String moduleName(String network, String module) {
    return component(network) + "." + module;
  }
}

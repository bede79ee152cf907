package io.granular.engine.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;

/**
 * One network of a pipeline. Its tensors have the names of diffusers and transformers whatever the
 * file calls them: text encoders always with {@code text_model.}, the attention of a VAE always
 * with {@code to_q}, and without buffers such as {@code position_ids}.
 *
 * @param name {@code text_encoder}, {@code text_encoder_2}, {@code unet} or {@code vae}
 * @param className the diffusers or transformers class, e.g. {@code UNet2DConditionModel}
 * @param config as in {@code config.json}; to be read only
 * @param tensors the weights; closed with the model, not by their user
 * @param files the files the weights are in
 */
public record Component(String name, String className, ObjectNode config, TensorSource tensors,
    List<Path> files) {
  public Component {
    files = List.copyOf(files);
  }
}

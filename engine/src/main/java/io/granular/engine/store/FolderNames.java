package io.granular.engine.store;

import io.granular.engine.store.RenamedTensors.Origin;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Evens out what versions of diffusers and transformers named differently. {@code CLIPTextModel} is
 * saved with {@code text_model.} up to transformers 5.5 and without it since; old VAEs have
 * {@code query} for {@code to_q}; old text encoders carry the buffer {@code position_ids}.
 *
 * @see <a href="https://github.com/huggingface/diffusers">diffusers,
 *      {@code ModelMixin._convert_deprecated_attention_blocks}</a>
 */
final class FolderNames {
  private static final String TEXT_MODEL = "text_model.";
  private static final String VAE_ATTENTION = ".mid_block.attentions.0.";
  private static final Map<String, String> VAE_OLD_NAMES = Map.of("query", "to_q", "key", "to_k",
      "value", "to_v", "proj_attn", "to_out.0");

  private FolderNames() {}

  /** Today's names of the tensors of a component of class {@code className}. */
  static SequencedMap<String, Origin> of(String className, TensorSource tensors) {
    SequencedMap<String, Origin> origins = new LinkedHashMap<>();
    for (String name : tensors.names()) {
      switch (className) {
        case "CLIPTextModel", "CLIPTextModelWithProjection" -> {
          if (!name.endsWith("position_ids")) {
            origins.put(text(name), Origin.same(name));
          }
        }
        case "AutoencoderKL" -> vae(origins, name);
        default -> origins.put(name, Origin.same(name));
      }
    }
    return origins;
  }

  private static String text(String name) {
    return name.startsWith(TEXT_MODEL) || name.startsWith("text_projection.")
        ? name
        : TEXT_MODEL + name;
  }

  private static void vae(SequencedMap<String, Origin> origins, String name) {
    int at = name.indexOf(VAE_ATTENTION);
    int dot = name.lastIndexOf('.');
    if (at >= 0 && dot > at + VAE_ATTENTION.length()) {
      String layer = name.substring(at + VAE_ATTENTION.length(), dot);
      String renamed = VAE_OLD_NAMES.get(layer);
      if (renamed != null) {
        Transform transform =
            name.endsWith(".weight") ? new Transform.Squeeze() : new Transform.Same();
        origins.put(name.substring(0, at) + VAE_ATTENTION + renamed + name.substring(dot),
            new Origin(name, transform));
        return;
      }
    }
    origins.put(name, Origin.same(name));
  }
}

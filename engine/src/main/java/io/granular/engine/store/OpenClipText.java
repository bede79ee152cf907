package io.granular.engine.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.store.RenamedTensors.Origin;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An OpenCLIP text encoder: the one of SD 2.x and the second one of SDXL. It stores queries, keys
 * and values as one matrix. SD 2.x reads the output of the last layer but one, so diffusers keeps
 * 23 of its 24 layers and no projection.
 *
 * @param prefix what comes before OpenCLIP's names
 * @param projected whether it is a {@code CLIPTextModelWithProjection}, as in SDXL
 * @param configured the number of layers a configuration asks for, if there is one
 * @see <a href="https://github.com/huggingface/diffusers">diffusers,
 *      {@code convert_open_clip_checkpoint}</a>
 */
record OpenClipText(Checkpoint checkpoint, String prefix, boolean projected,
    OptionalInt configured) implements CheckpointPart {
  static final String SD2_PREFIX = "cond_stage_model.model.";
  static final String SDXL_PREFIX = "conditioner.embedders.1.model.";
  private static final int VIT_H_LAYERS = 24;
  private static final String LAYERS = "transformer.resblocks.";
  private static final Pattern LAYER =
      Pattern.compile("transformer\\.resblocks\\.(\\d{1,3})\\.(.+)");
  static final Map<String, String> OUTSIDE = Map.of(
      "positional_embedding", "text_model.embeddings.position_embedding.weight",
      "token_embedding.weight", "text_model.embeddings.token_embedding.weight",
      "ln_final.weight", "text_model.final_layer_norm.weight",
      "ln_final.bias", "text_model.final_layer_norm.bias");
  static final Map<String, String> INSIDE = Map.of("ln_1", "layer_norm1", "ln_2",
      "layer_norm2", "mlp.c_fc", "mlp.fc1", "mlp.c_proj", "mlp.fc2", "attn.out_proj",
      "self_attn.out_proj");
  static final List<String> PROJECTIONS = List.of("q_proj", "k_proj", "v_proj");

  @Override
  public String className() {
    return projected ? "CLIPTextModelWithProjection" : "CLIPTextModel";
  }

  @Override
  public ObjectNode config() {
    return sizes().json(projected ? "text_encoder_2" : "text_encoder", className(), layers(),
        "gelu", projected ? projection(checkpoint, prefix) : sizes().hidden());
  }

  @Override
  public List<String> notes(String component) {
    return sizes().notes(component);
  }

  private ClipTextConfig sizes() {
    return new ClipTextConfig(checkpoint, prefix + "token_embedding.weight",
        prefix + "positional_embedding", prefix + LAYERS + "0.mlp.c_fc.weight");
  }

  /** The width of the text embedding, {@code p} of {@code text_projection [hidden, p]}. */
  static long projection(Checkpoint checkpoint, String prefix) {
    return checkpoint.shape(prefix + "text_projection", 2).get(1);
  }

  private int layers() {
    if (configured.isPresent()) {
      return configured.getAsInt();
    }
    int stored = checkpoint.count(prefix + LAYERS);
    // A file converted back from diffusers has lost the last layer and the projection already.
    boolean whole = stored == VIT_H_LAYERS || checkpoint.has(prefix + "text_projection");
    return !projected && whole ? stored - 1 : stored;
  }

  @Override
  public SequencedMap<String, Origin> tensors() {
    int layers = layers();
    SequencedMap<String, Origin> tensors = new LinkedHashMap<>();
    for (String name : checkpoint.names()) {
      if (name.startsWith(prefix)) {
        String rest = name.substring(prefix.length());
        Matcher layer = LAYER.matcher(rest);
        if (layer.matches()) {
          if (Integer.parseInt(layer.group(1)) < layers) {
            putLayer(tensors, name, "text_model.encoder.layers." + layer.group(1) + ".",
                layer.group(2));
          }
        } else if (OUTSIDE.containsKey(rest)) {
          tensors.put(OUTSIDE.getOrDefault(rest, rest), Origin.same(name));
        } else if (projected && rest.equals("text_projection")) {
          tensors.put("text_projection.weight", new Origin(name, new Transform.Transpose()));
        }
      }
    }
    return tensors;
  }

  private void putLayer(SequencedMap<String, Origin> tensors, String name, String layer,
      String rest) {
    if (rest.equals("attn.in_proj_weight") || rest.equals("attn.in_proj_bias")) {
      String kind = rest.endsWith("weight") ? ".weight" : ".bias";
      for (int part = 0; part < PROJECTIONS.size(); part++) {
        tensors.put(layer + "self_attn." + PROJECTIONS.get(part) + kind,
            new Origin(name, new Transform.Rows(part, PROJECTIONS.size())));
      }
      return;
    }
    int dot = rest.lastIndexOf('.');
    String renamed = dot < 0 ? null : INSIDE.get(rest.substring(0, dot));
    if (renamed == null) {
      throw checkpoint.unusual("tensor '" + name + "' is no part of an OpenCLIP text encoder");
    }
    tensors.put(layer + renamed + rest.substring(dot), Origin.same(name));
  }
}

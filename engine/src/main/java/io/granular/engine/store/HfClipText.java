package io.granular.engine.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.store.RenamedTensors.Origin;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * OpenAI's CLIP text encoder as in SD 1.x and as the first one of SDXL: stored under the names of
 * transformers, in some old merges without {@code text_model.}.
 *
 * @param prefix what comes before these names
 */
record HfClipText(Checkpoint checkpoint, String prefix) implements CheckpointPart {
  static final String SD1_PREFIX = "cond_stage_model.transformer.";
  static final String SDXL_PREFIX = "conditioner.embedders.0.transformer.";
  private static final String TEXT_MODEL = "text_model.";

  @Override
  public String className() {
    return "CLIPTextModel";
  }

  @Override
  public ObjectNode config() {
    int layers = checkpoint.count(start() + "encoder.layers.");
    return sizes().json("text_encoder", className(), layers, "quick_gelu", sizes().hidden());
  }

  @Override
  public List<String> notes(String component) {
    return sizes().notes(component);
  }

  private ClipTextConfig sizes() {
    return new ClipTextConfig(checkpoint, start() + "embeddings.token_embedding.weight",
        start() + "embeddings.position_embedding.weight",
        start() + "encoder.layers.0.mlp.fc1.weight");
  }

  private String start() {
    return prefix + (checkpoint.hasAny(prefix + TEXT_MODEL) ? TEXT_MODEL : "");
  }

  /** The three parts that make a text encoder; buffers and a stray projection are left out. */
  @Override
  public SequencedMap<String, Origin> tensors() {
    SequencedMap<String, Origin> tensors = new LinkedHashMap<>();
    for (String name : checkpoint.names()) {
      if (name.startsWith(prefix)) {
        String rest = name.substring(prefix.length());
        String plain = rest.startsWith(TEXT_MODEL) ? rest.substring(TEXT_MODEL.length()) : rest;
        if (!plain.endsWith("position_ids") && (plain.startsWith("embeddings.")
            || plain.startsWith("encoder.") || plain.startsWith("final_layer_norm."))) {
          tensors.put(TEXT_MODEL + plain, Origin.same(name));
        }
      }
    }
    return tensors;
  }
}

package io.granular.engine.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.store.RenamedTensors.Origin;
import java.util.List;
import java.util.SequencedMap;

/** One network inside a single-file checkpoint. */
sealed interface CheckpointPart permits LdmUnet, LdmVae, HfClipText, OpenClipText {
  /** The class diffusers or transformers runs it with. */
  String className();

  /**
   * Its {@code config.json}, derived from the shapes of its tensors.
   *
   * @throws BadModelException if the shapes do not say enough
   */
  ObjectNode config();

  /**
   * What {@link #config} assumes beyond its shapes and the published models do not confirm, one
   * sentence each.
   *
   * @param component its name in the pipeline
   */
  default List<String> notes(String component) {
    return List.of();
  }

  /** Its tensors under diffusers' names. */
  SequencedMap<String, Origin> tensors();
}

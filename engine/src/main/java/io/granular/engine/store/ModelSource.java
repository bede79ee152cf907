package io.granular.engine.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * An opened model: configurations, tokenizers and lazily read weights of one pipeline, wherever
 * they are stored. Closing it ends the use of all its tensors.
 */
public interface ModelSource extends AutoCloseable {
  /** The folder or file that was opened. */
  Path path();

  /** A name to show. */
  String name();

  /** Which architecture it is. */
  Family family();

  /** The networks by name, in the order they run. */
  SequencedMap<String, Component> components();

  /**
   * One network.
   *
   * @throws NoSuchElementException if this pipeline has none of that name
   */
  default Component component(String name) {
    Component component = components().get(name);
    if (component == null) {
      throw new NoSuchElementException(path() + " has no " + name + "; it has "
          + String.join(", ", components().keySet()) + ".");
    }
    return component;
  }

  /** {@code scheduler_config.json}, always with {@code _class_name}; to be read only. */
  ObjectNode schedulerConfig();

  /**
   * The tokenizer of a text encoder.
   *
   * @param textEncoder {@code text_encoder} or {@code text_encoder_2}
   * @throws NoSuchElementException if there is no such text encoder
   * @throws BadModelException if the model has no tokenizer that fits; says what to do
   */
  TokenizerSource tokenizer(String textEncoder);

  /**
   * Whether an absent negative prompt becomes zeros instead of being encoded, as SDXL was trained:
   * {@code force_zeros_for_empty_prompt} of {@code model_index.json}, in SDXL true where nothing
   * says otherwise.
   */
  default boolean zeroEmptyNegative() {
    return family() == Family.SDXL;
  }

  /** What the model's maker suggests for a run. */
  Optional<PromptDefaults> promptDefaults();

  /** What the files say about how the model was quantized; empty for one in floating point. */
  default Optional<SavedModel> saved() {
    return Optional.empty();
  }

  /** What the model did not say and Granular had to assume, one sentence each, to be shown. */
  List<String> notes();

  @Override
  void close();
}

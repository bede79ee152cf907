package io.granular.engine.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** A model of which the U-Net comes from a file of its own. */
final class ReplacedUnet implements ModelSource {
  private static final String UNET = "unet";

  private final ModelSource base;
  private final GgufFile file;
  private final SequencedMap<String, Component> components = new LinkedHashMap<>();

  /**
   * Takes both over: they are closed with it, or if this fails.
   *
   * @param base what has the other parts
   * @param file the U-Net's
   * @param original its tensors under original names; null if it has those of diffusers
   * @throws BadModelException if the two do not belong together
   */
  ReplacedUnet(ModelSource base, GgufFile file, @Nullable Checkpoint original) {
    this.base = base;
    this.file = file;
    try {
      TensorSource tensors = original == null ? file
          : new RenamedTensors(file.path(), file, named(original));
      Component unet = base.component(UNET);
      check(unet, tensors);
      base.components()
          .forEach((name, component) -> components.put(name, name.equals(UNET)
              ? new Component(UNET, unet.className(), unet.config(), tensors, List.of(file.path()))
              : component));
    } catch (RuntimeException e) {
      base.close();
      throw e;
    }
  }

  /** The original names lead to diffusers', whatever the file calls its tensors. */
  private SequencedMap<String, RenamedTensors.Origin> named(Checkpoint original) {
    SequencedMap<String, RenamedTensors.Origin> names = new LinkedHashMap<>();
    boolean prefixed = file.contains(LdmUnet.PREFIX + "input_blocks.0.0.weight");
    new LdmUnet(original, base.family(), 0).tensors()
        .forEach((name, origin) -> names.put(name,
            prefixed ? origin
                : RenamedTensors.Origin.same(origin.name().substring(LdmUnet.PREFIX.length()))));
    return names;
  }

  private void check(Component unet, TensorSource tensors) {
    for (String name : unet.tensors().names()) {
      if (!tensors.contains(name)) {
        throw other("has no tensor for '" + name + "'");
      }
      List<Long> wanted = unet.tensors().info(name).shape();
      List<Long> found = tensors.info(name).shape();
      if (!squeezed(wanted).equals(squeezed(found))) {
        throw other("'" + name + "' has shape " + found + ", there " + wanted);
      }
    }
  }

  private static List<Long> squeezed(List<Long> shape) {
    int end = shape.size();
    while (end > 2 && shape.get(end - 1) == 1) {
      end--;
    }
    return shape.subList(0, end);
  }

  private BadModelException other(String problem) {
    return new BadModelException(file.path(),
        "its U-Net does not belong to " + base.path() + ": it "
            + problem,
        "Name the model that it was made from, or one of the same kind: --config MODEL");
  }

  @Override
  public Path path() {
    return file.path();
  }

  @Override
  public String name() {
    return String.valueOf(file.path().getFileName()).replaceFirst("(?i)\\.gguf$", "");
  }

  @Override
  public Family family() {
    return base.family();
  }

  @Override
  public SequencedMap<String, Component> components() {
    return Collections.unmodifiableSequencedMap(components);
  }

  @Override
  public ObjectNode schedulerConfig() {
    return base.schedulerConfig();
  }

  @Override
  public TokenizerSource tokenizer(String textEncoder) {
    return base.tokenizer(textEncoder);
  }

  @Override
  public boolean zeroEmptyNegative() {
    return base.zeroEmptyNegative();
  }

  @Override
  public Optional<PromptDefaults> promptDefaults() {
    return base.promptDefaults();
  }

  @Override
  public Optional<SavedModel> saved() {
    return Optional.of(GgufModels.saved(file));
  }

  @Override
  public List<String> notes() {
    return base.notes();
  }

  @Override
  public void close() {
    base.close();
    file.close();
  }
}

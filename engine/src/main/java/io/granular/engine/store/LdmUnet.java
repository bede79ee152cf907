package io.granular.engine.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.store.RenamedTensors.Origin;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * The U-Net of an original (ldm, sgm) checkpoint. There the blocks are numbered through,
 * {@code input_blocks.0..n} down and {@code output_blocks.0..n} up; diffusers numbers them by level.
 * Where a level ends is read off the downsamplers ({@code op}).
 */
final class LdmUnet implements CheckpointPart {
  static final String PREFIX = "model.diffusion_model.";

  private final Checkpoint checkpoint;
  private final Family family;
  private final int sampleSize;
  private final List<Level> levels = new ArrayList<>();
  private final List<Place> inputs = new ArrayList<>();
  private final List<Place> outputs = new ArrayList<>();

  /**
   * One resolution.
   *
   * @param channels of its residual blocks
   * @param resnets how many there are on the way down; one more on the way up
   * @param depth transformer blocks per attention; 0 where there is no attention
   */
  record Level(long channels, int resnets, int depth) {}

  /** Where a numbered block is in diffusers: {@code down_blocks.LEVEL.resnets.INDEX}. */
  record Place(int level, int index) {}

  /**
   * @param sampleSize the size of the latents the model was trained on, which no shape tells
   * @throws BadModelException if the blocks are not those of a Stable Diffusion U-Net
   */
  LdmUnet(Checkpoint checkpoint, Family family, int sampleSize) {
    this.checkpoint = checkpoint;
    this.family = family;
    this.sampleSize = sampleSize;
    readInputs();
    readOutputs();
  }

  private void readInputs() {
    inputs.add(new Place(0, 0)); // conv_in
    int count = checkpoint.count(PREFIX + "input_blocks.");
    List<Level> blocks = new ArrayList<>();
    for (int i = 1; i < count; i++) {
      String block = PREFIX + "input_blocks." + i + ".";
      inputs.add(new Place(levels.size(), blocks.size()));
      if (checkpoint.has(block + "0.op.weight")) {
        closeLevel(blocks, block);
      } else {
        long channels = checkpoint.shape(block + "0.out_layers.3.weight", 4).getFirst();
        blocks.add(new Level(channels, 1, checkpoint.count(block + "1.transformer_blocks.")));
      }
    }
    closeLevel(blocks, PREFIX + "input_blocks." + count + ".");
  }

  private void closeLevel(List<Level> blocks, String end) {
    if (blocks.isEmpty() || blocks.stream().distinct().count() > 1) {
      throw checkpoint.unusual("the blocks before '" + end + "' are not all alike");
    }
    levels.add(new Level(blocks.getFirst().channels, blocks.size(), blocks.getFirst().depth));
    blocks.clear();
  }

  private void readOutputs() {
    for (int up = 0; up < levels.size(); up++) {
      Level level = levels.get(levels.size() - 1 - up);
      for (int i = 0; i <= level.resnets; i++) {
        outputs.add(new Place(up, i));
      }
    }
    int found = checkpoint.count(PREFIX + "output_blocks.");
    if (found != outputs.size()) {
      throw checkpoint.unusual("has " + found + " output blocks where its input blocks need "
          + outputs.size());
    }
  }

  @Override
  public String className() {
    return "UNet2DConditionModel";
  }

  @Override
  public ObjectNode config() {
    return new LdmUnetConfig(checkpoint, family, levels).json(sampleSize);
  }

  @Override
  public List<String> notes(String component) {
    return new LdmUnetConfig(checkpoint, family, levels).notes();
  }

  @Override
  public SequencedMap<String, Origin> tensors() {
    LdmUnetNames names = new LdmUnetNames(inputs, outputs);
    SequencedMap<String, Origin> tensors = new LinkedHashMap<>();
    for (String name : checkpoint.names()) {
      if (name.startsWith(PREFIX)) {
        String renamed = names.diffusers(name.substring(PREFIX.length()))
            .orElseThrow(() -> checkpoint.unusual("tensor '" + name + "' is no part of a Stable "
                + "Diffusion U-Net"));
        tensors.put(renamed, Origin.same(name));
      }
    }
    return tensors;
  }
}

package io.granular.engine.plan;

import io.granular.engine.network.PipelineGraphs;
import java.util.Map;

/**
 * The sizes of one generation.
 *
 * @param width of the picture in pixels
 * @param height of the picture in pixels
 * @param guided whether each step evaluates the U-Net with and without the prompt, as a batch of 2
 * @param tokens of a prompt, as the tokenizer pads it
 */
public record RunShape(int width, int height, boolean guided, int tokens) {
  /**
   * Extents of a network's symbolic dimensions.
   *
   * @param network a name of {@link PipelineGraphs#networks}
   * @param factor picture pixels per latent, along one side
   */
  public Map<String, Long> sizes(String network, int factor) {
    boolean picture = network.equals(PipelineGraphs.ENCODER);
    boolean single = PipelineGraphs.component(network).equals("vae");
    return Map.of("batch", single || !guided ? 1L : 2L,
        "height", (long) (picture ? height : height / factor),
        "width", (long) (picture ? width : width / factor),
        "tokens", (long) tokens);
  }
}

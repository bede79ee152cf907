package io.granular.engine.train;

import io.granular.engine.network.Graph;
import io.granular.engine.network.Node;
import io.granular.engine.network.Value;
import io.granular.engine.plan.Pattern;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Results of blocks of a U-Net, to be compared beside the network's own result. */
final class Features {
  private Features() {}

  /**
   * The network with the results of the blocks that patterns name.
   *
   * @param patterns of full names of blocks, e.g. {@code unet.mid_block} or {@code unet.up_blocks.*}; a block is what modules
   *     have before a dot
   * @throws IllegalArgumentException if a pattern matches no block
   */
  static Graph add(Graph graph, List<String> patterns) {
    SequencedMap<String, Value> last = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      String module = node.module();
      for (int dot = module.length(); dot > 0; dot = module.lastIndexOf('.', dot - 1)) {
        last.put(module.substring(0, dot), node.output());
      }
    }
    SequencedMap<String, Value> outputs = new LinkedHashMap<>(graph.outputs());
    for (String text : patterns) {
      Pattern pattern = new Pattern(text);
      int before = outputs.size();
      boolean known = false;
      for (var block : last.entrySet()) {
        boolean matches = pattern.matches(graph.name() + "." + block.getKey())
            && block.getValue().shape().rank() >= 3;
        known |= matches;
        if (matches && !outputs.containsValue(block.getValue())) {
          outputs.put("feature " + block.getKey(), block.getValue());
        }
      }
      if (!known && outputs.size() == before) {
        throw new IllegalArgumentException("No block of the U-Net matches " + text
            + "; blocks are e.g. unet.mid_block, unet.up_blocks.* or "
            + "unet.down_blocks.*.attentions.*.");
      }
    }
    return new Graph(graph.name(), graph.inputs(), graph.nodes(), outputs);
  }
}

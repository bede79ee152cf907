package io.granular.app.edit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ModuleTreeTest {
  private static final List<String> NAMES = List.of("unet.conv_in",
      "unet.down_blocks.0.resnets.0.conv1", "unet.down_blocks.0.resnets.0.conv2",
      "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q",
      "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_out.0",
      "unet.down_blocks.1.resnets.0.conv1", "text_encoder.final_norm");

  @Test
  void numbersAndOnlyChildrenJoinTheirParents() {
    List<ModuleTree> trees = ModuleTree.of(NAMES);
    ModuleTree.Group unet = (ModuleTree.Group) trees.getFirst();
    assertThat(unet.path()).isEqualTo("unet");
    assertThat(unet.parts()).extracting(ModuleTree::label)
        .containsExactly("conv_in", "down_blocks.0", "down_blocks.1.resnets.0.conv1");
    ModuleTree.Group block = (ModuleTree.Group) unet.parts().get(1);
    assertThat(block.path()).isEqualTo("unet.down_blocks.0");
    assertThat(block.parts()).extracting(ModuleTree::label)
        .containsExactly("resnets.0", "attentions.0.transformer_blocks.0.attn1");
    assertThat(((ModuleTree.Group) block.parts().get(1)).parts()).extracting(ModuleTree::label)
        .containsExactly("to_q", "to_out.0");
    assertThat(trees.get(1)).isEqualTo(
        new ModuleTree.Leaf("text_encoder.final_norm", "text_encoder.final_norm"));
  }

  @Test
  void nothingIsLostAndTheOrderStays() {
    assertThat(ModuleTree.of(NAMES).stream().flatMap(tree -> tree.modules().stream()))
        .containsExactlyElementsOf(NAMES);
  }
}

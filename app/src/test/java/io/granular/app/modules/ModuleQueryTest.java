package io.granular.app.modules;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.app.edit.ModuleTree;
import io.granular.app.text.Texts;
import io.granular.engine.studio.PlanSummary.ModulePlan;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ModuleQueryTest {
  private final ModuleWords words = new ModuleWords(Texts.of(Locale.ENGLISH));

  @Test
  void findsByNameShapeAndKind() {
    ModuleRow conv = row("unet.down_blocks.0.resnets.0.conv1", "Conv2d", 96, 4, 3, 3);
    assertThat(finds("resnets conv1", conv)).isTrue();
    assertThat(finds("3x3", conv)).isTrue();
    assertThat(finds("96×4", conv)).isTrue();
    assertThat(finds("CONV2D", conv)).isTrue();
    assertThat(finds("linear", conv)).isFalse();
    assertThat(finds("conv1 linear", conv)).as("every word counts").isFalse();
  }

  @Test
  void filtersNarrowTogether() {
    ModuleRow query = row("unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_q", "Linear",
        96, 96);
    ModuleRow feed = row("unet.mid_block.attentions.0.transformer_blocks.0.ff.net.2", "Linear",
        96, 384);
    assertThat(passes(query, ModuleFilter.ATTENTION, ModuleFilter.LINEAR)).isTrue();
    assertThat(passes(feed, ModuleFilter.LINEAR)).isTrue();
    assertThat(passes(feed, ModuleFilter.ATTENTION)).isFalse();
    assertThat(passes(query, ModuleFilter.CONV3)).isFalse();
    assertThat(passes(row("unet.a", "Conv2d", 1, 1, 1, 1), ModuleFilter.CONV3)).isFalse();
  }

  private boolean finds(String search, ModuleRow row) {
    return ModuleQuery.of(search, Set.of()).accepts(row, words);
  }

  private boolean passes(ModuleRow row, ModuleFilter... filters) {
    return ModuleQuery.of("", Set.of(filters)).accepts(row, words);
  }

  private static ModuleRow row(String name, String kind, long... shape) {
    ModuleRow row = ModuleRow.of(List.of(new ModuleTree.Leaf(name, name))).getFirst();
    List<Long> list = Arrays.stream(shape).boxed().toList();
    row.show(new RowState(new ModulePlan(name, kind, "quantized", "int8 per_axis", "", "k", false,
        1, 1, list, 1, 0), 1, 1, Map.of(), 1, 1, 0, 0, Double.NaN, Double.NaN, Double.NaN));
    return row;
  }
}

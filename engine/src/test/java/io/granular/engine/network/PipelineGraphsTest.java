package io.granular.engine.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.ModelSources;
import io.granular.engine.store.TensorSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PipelineGraphsTest {
  private static final String UNET = """
      {"block_out_channels": [32, 64], "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D"],
       "up_block_types": ["CrossAttnUpBlock2D", "UpBlock2D"], "cross_attention_dim": 64}
      """;

  /** Every parameter of every graph is stored, in the shape the graph declares, whatever the file layout. */
  @ParameterizedTest
  @ValueSource(strings = {"demo", "src/test/goldens/tiny-sd1", "src/test/goldens/tiny-sd2",
      "src/test/goldens/tiny-sdxl", "src/test/goldens/tiny-sd1-single-file.safetensors"})
  void graphsFitTheirWeights(String name) {
    try (ModelSource model = ModelSources.open(name, null)) {
      PipelineGraphs.of(model).networks().forEach((network, graph) -> {
        TensorSource weights = model.component(PipelineGraphs.component(network)).tensors();
        graph.modules().forEach((module, node) -> node.op().parameters().forEach(parameter ->
            assertThat(weights.info(module + "." + parameter.name()).elements()).as("%s.%s", network, module)
                .isEqualTo(parameter.elements())));
      });
    }
  }

  @ParameterizedTest
  @CsvSource({"act_fn,\"mish\"", "class_embed_type,\"timestep\"", "conv_in_kernel,5", "block_out_channels,[32]",
      "down_block_types,\"AttnDownBlock2D\"", "norm_num_groups,\"many\""})
  void otherArchitecturesAreRefusedByName(String key, String value) throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode config = (ObjectNode) mapper.readTree(UNET);
    config.set(key, mapper.readTree(value.startsWith("\"") || value.startsWith("[") || value.matches("\\d+") ? value
        : '"' + value + '"'));
    assertThatThrownBy(() -> UNet.build(UNetConfig.from(config))).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("unet/config.json").hasMessageContaining(key);
  }

  @Test
  void oddSizesUpsampleToTheirSkips() throws Exception {
    Graph graph = UNet.build(UNetConfig.from((ObjectNode) new ObjectMapper().readTree(UNET)));
    Map<String, Long> odd = Map.of("batch", 1L, "height", 9L, "width", 13L, "tokens", 5L);
    assertThat(graph.outputs().get("sample").shape().at(odd)).containsExactly(1, 4, 9, 13);
  }
}

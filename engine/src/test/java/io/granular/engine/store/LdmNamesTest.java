package io.granular.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names for the way out, against a table written by hand and a checkpoint that diffusers reads. */
class LdmNamesTest {
  private static final Path GOLDENS = Path.of("src/test/goldens");

  @ParameterizedTest
  @ValueSource(strings = {"tiny-sd1", "tiny-sd2", "tiny-sdxl"})
  void agreesWithTheTableWrittenByHand(String name) {
    try (ModelSource model = PipelineFolder.open(GOLDENS.resolve(name))) {
      for (OriginalTensor tensor : LdmNames.of(model, model.component("unet"))) {
        assertThat(tensor.name())
            .isEqualTo(OriginalNames.unet(tensor.parts().getFirst(), model.family()));
      }
      for (OriginalTensor tensor : LdmNames.of(model, model.component("vae"))) {
        assertThat(tensor.name()).isEqualTo(OriginalNames.vae(tensor.parts().getFirst()));
      }
    }
  }

  @Test
  void givesTheNamesOfACheckpointThatDiffusersReads() {
    try (ModelSource model = PipelineFolder.open(GOLDENS.resolve("tiny-sd1"));
        SafetensorsFile single =
            SafetensorsFile.open(GOLDENS.resolve("tiny-sd1-single-file.safetensors"))) {
      Set<String> names = new TreeSet<>();
      for (Component component : model.components().values()) {
        LdmNames.of(model, component).forEach(tensor -> names.add(tensor.name()));
      }
      Set<String> expected = new TreeSet<>(single.names());
      expected.removeIf(name -> name.endsWith("position_ids"));
      assertThat(names).isEqualTo(expected);
    }
  }

  @Test
  void textEncodersOfOpenClipJoinQueriesKeysAndValues() {
    try (ModelSource model = PipelineFolder.open(GOLDENS.resolve("tiny-sdxl"))) {
      var tensors = LdmNames.of(model, model.component("text_encoder_2"));
      String block = "conditioner.embedders.1.model.transformer.resblocks.0.";
      assertThat(tensors)
          .anyMatch(t -> t.name().equals(block + "attn.in_proj_weight") && t.parts().size() == 3
              && t.change() == OriginalTensor.Change.JOINED)
          .anyMatch(t -> t.name().equals(block + "mlp.c_fc.bias"))
          .anyMatch(t -> t.name().equals("conditioner.embedders.1.model.text_projection")
              && t.change() == OriginalTensor.Change.TRANSPOSED)
          .doesNotHaveDuplicates();
      long parts = tensors.stream().mapToLong(t -> t.parts().size()).sum();
      assertThat(parts).isEqualTo(model.component("text_encoder_2").tensors().names().size());
    }
  }
}

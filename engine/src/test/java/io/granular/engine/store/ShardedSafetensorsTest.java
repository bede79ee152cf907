package io.granular.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardedSafetensorsTest {
  @TempDir
  Path folder;

  @BeforeEach
  void writeShards() throws IOException {
    shard("m-00001-of-00002.safetensors", "a", 1f);
    shard("m-00002-of-00002.safetensors", "b", 2f);
  }

  @Test
  void tensorsComeFromTheirShards() throws IOException {
    Path index = index("""
        {"metadata":{"total_size":8},"weight_map":{
        "b":"m-00002-of-00002.safetensors","a":"m-00001-of-00002.safetensors"}}""");
    try (ShardedSafetensors tensors = ShardedSafetensors.open(index)) {
      assertThat(tensors.names()).containsExactly("b", "a");
      assertThat(Float32.read(tensors, "a")).containsExactly(1f);
      assertThat(Float32.read(tensors, "b")).containsExactly(2f);
      assertThat(tensors.files()).containsExactly(index,
          folder.resolve("m-00002-of-00002.safetensors"),
          folder.resolve("m-00001-of-00002.safetensors"));
      assertThatThrownBy(() -> tensors.data("c")).isInstanceOf(NoSuchElementException.class)
          .hasMessageContaining("'c'");
    }
  }

  @Test
  void aMissingShardIsNamed() throws IOException {
    assertBad("{\"weight_map\":{\"a\":\"m-00003-of-00003.safetensors\"}}",
        "'m-00003-of-00003.safetensors' is missing");
  }

  @Test
  void aTensorThatIsNotInItsShardIsNamed() throws IOException {
    assertBad("{\"weight_map\":{\"z\":\"m-00001-of-00002.safetensors\"}}",
        "tensor 'z' should be in 'm-00001-of-00002.safetensors'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../m-00001-of-00002.safetensors", "/etc/passwd", "a/b.safetensors",
      "..\\\\\\\\m.safetensors", "C:m.safetensors", "m.bin", "", "a\\u0000.safetensors"})
  void aShardIsAPlainNameBesideTheIndex(String name) throws IOException {
    assertBad("{\"weight_map\":{\"a\":\"" + name + "\"}}", "is not the plain name");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"weight_map\":[]}", "{\"weight_map\":{}}"})
  void anIndexHasAWeightMap(String json) throws IOException {
    assertBad(json, "weight_map");
  }

  private void assertBad(String json, String complaint) throws IOException {
    Path index = index(json);
    assertThatThrownBy(() -> ShardedSafetensors.open(index)).isInstanceOf(BadModelException.class)
        .hasMessageContaining(index.toString())
        .hasMessageContaining(complaint);
  }

  private Path index(String json) throws IOException {
    return Files.writeString(folder.resolve("m.safetensors.index.json"), json);
  }

  private void shard(String name, String tensor, float value) throws IOException {
    SafetensorsWriter.write(folder.resolve(name), Map.of(),
        List.of(NamedTensor.floats(tensor, List.of(1L), new float[]{value})));
  }
}

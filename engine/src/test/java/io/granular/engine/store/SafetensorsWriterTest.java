package io.granular.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granular.engine.torch.ScalarType;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsWriterTest {
  @TempDir
  Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"tiny-sd1/unet/diffusion_pytorch_model.safetensors",
      "tiny-sd1/expected/tensors.safetensors", "quant/affine.safetensors",
      "tiny-sd1-single-file.safetensors"})
  void rewritingAFileOfTheReferenceImplementationGivesTheSameBytes(String name)
      throws IOException {
    Path original = Path.of("src/test/goldens").resolve(name);
    Path copy = folder.resolve("copy.safetensors");
    try (SafetensorsFile source = SafetensorsFile.open(original)) {
      List<NamedTensor> tensors = new ArrayList<>();
      source.names().forEach(n -> tensors.add(NamedTensor.of(source.info(n), source.data(n))));
      Collections.reverse(tensors);
      SafetensorsWriter.write(copy, source.metadata(), tensors);
    }
    assertThat(Files.mismatch(original, copy)).isEqualTo(-1);
  }

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    float[] floats = new float[700_001];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = i * 0.25f;
    }
    long[] longs = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE};
    Path path = folder.resolve("own.safetensors");
    SafetensorsWriter.write(path, Map.of("k\"ö", "v\n"), List.of(
        NamedTensor.floats("f", List.of((long) floats.length), floats),
        NamedTensor.longs("l", List.of(2L, 2L), longs),
        NamedTensor.bytes("b", ScalarType.BOOL, List.of(1L), new byte[]{1}),
        NamedTensor.floats("scalar", List.of(), new float[]{7})));
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.metadata()).isEqualTo(Map.of("k\"ö", "v\n"));
      assertThat(file.names()).containsExactly("l", "f", "scalar", "b");
      assertThat(Float32.read(file, "f")).isEqualTo(floats);
      assertThat(file.data("l").toArray(ValueLayout.JAVA_LONG_UNALIGNED)).isEqualTo(longs);
      assertThat(file.data("b").get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 1);
      assertThat(Float32.read(file, "scalar")).containsExactly(7f);
    }
  }

  @Test
  void tensorsAreAligned() throws IOException {
    Path path = folder.resolve("aligned.safetensors");
    SafetensorsWriter.write(path, Map.of(), List.of(
        NamedTensor.bytes("a", ScalarType.U8, List.of(3L), new byte[3]),
        NamedTensor.floats("b", List.of(1L), new float[1])));
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path));
    assertThat(bytes.get(0) % 8).isZero();
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.data("b").address() % Float.BYTES).isZero();
    }
  }

  @Test
  void aFailureLeavesTheOldFileAndNothingElse() throws IOException {
    Path path = folder.resolve("kept.safetensors");
    Files.writeString(path, "old");
    NamedTensor tooShort = NamedTensor.bytes("a", ScalarType.I32, List.of(2L), new byte[7]);
    assertThatThrownBy(() -> SafetensorsWriter.write(path, Map.of(), List.of(tooShort)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("needs 8 bytes, but 7");
    assertThat(path).hasContent("old");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(path);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "__metadata__"})
  void namesAreUnique(String second) {
    NamedTensor a = NamedTensor.bytes("a", ScalarType.U8, List.of(), new byte[1]);
    NamedTensor b = NamedTensor.bytes(second, ScalarType.U8, List.of(), new byte[1]);
    assertThatThrownBy(
        () -> SafetensorsWriter.write(folder.resolve("x.safetensors"), Map.of(), List.of(a, b)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(second);
  }
}

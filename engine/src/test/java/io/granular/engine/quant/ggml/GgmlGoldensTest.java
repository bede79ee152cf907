package io.granular.engine.quant.ggml;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.granular.engine.quant.FloatReader;
import io.granular.engine.quant.GgmlType;
import io.granular.engine.store.Float32;
import io.granular.engine.store.SafetensorsFile;
import io.granular.engine.torch.ScalarType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes and numbers of gguf-py. */
class GgmlGoldensTest {
  private static final Path FOLDER = Path.of("src/test/goldens/quant");
  private static final SafetensorsFile GOLDENS =
      SafetensorsFile.open(FOLDER.resolve("gguf_blocks.safetensors"));

  @AfterAll
  static void close() {
    GOLDENS.close();
  }

  static Stream<GgmlType> writable() {
    return GgmlType.writable().stream();
  }

  @ParameterizedTest
  @MethodSource("writable")
  void quantizesToTheSameBytes(GgmlType type) {
    int rows = Math.toIntExact(GOLDENS.info("x").shape().getFirst());
    float[] x = Float32.read(GOLDENS, "x");
    MemorySegment expected = GOLDENS.data(type + ".bytes");

    byte[] bytes = GgmlBlocks.quantize(FloatReader.of(x), rows, x.length / rows, type);

    assertThat(bytes).isEqualTo(expected.toArray(ValueLayout.JAVA_BYTE));
    assertThat(GgmlBlocks.finite(bytes, type)).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void readsTheSameNumbers(GgmlType type) {
    MemorySegment bytes = GOLDENS.data(type + ".bytes");
    float[] expected = Float32.read(GOLDENS, type + ".dequantized");

    float[] x = new float[expected.length];
    GgmlBlocks.dequantize(bytes, type, x);

    assertThat(x).isEqualTo(expected);
  }

  /** Parts that begin and end anywhere. */
  @ParameterizedTest
  @EnumSource
  void readsParts(GgmlType type) {
    float[] expected = Float32.read(GOLDENS, type + ".dequantized");
    FloatReader reader = GgmlBlocks.reader(GOLDENS.data(type + ".bytes"), type);

    for (int from : new int[]{0, 1, 31, 32, 255, 300}) {
      for (int count : new int[]{0, 1, 5, 32, 257, 700}) {
        float[] part = new float[count + 1];
        part[count] = 7;
        reader.read(from, part, count);
        assertThat(Arrays.copyOf(part, count))
            .isEqualTo(Arrays.copyOfRange(expected, from, from + count));
        assertThat(part[count]).isEqualTo(7);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void readsSixteenBitTypes(ScalarType type) {
    float[] expected = Float32.read(GOLDENS, type + ".dequantized");
    float[] x = new float[expected.length];

    FloatReader.of(GOLDENS.data(type + ".bytes"), type).read(0, x, x.length);

    assertThat(x).isEqualTo(expected);
  }

  @Test
  void everyReferenceIsTested() throws IOException {
    JsonNode types = new ObjectMapper().readTree(FOLDER.resolve("gguf_blocks.json").toFile());

    assertThat(types.valueStream().map(node -> node.get("type").textValue()))
        .containsExactlyInAnyOrderElementsOf(Stream.concat(
            Arrays.stream(GgmlType.values()).map(GgmlType::name), Stream.of("F16", "BF16"))
            .toList());
    assertThat(types.valueStream()
        .filter(node -> node.get("quantize").booleanValue())
        .map(node -> node.get("type").textValue())
        .filter(name -> !name.endsWith("F16")))
        .containsExactlyInAnyOrderElementsOf(
            GgmlType.writable().stream().map(GgmlType::name).toList());
  }
}

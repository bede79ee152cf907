package io.granular.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granular.engine.plan.WeightsReader;
import io.granular.engine.store.Float32;
import io.granular.engine.store.NamedTensor;
import io.granular.engine.store.SafetensorsFile;
import io.granular.engine.store.SafetensorsWriter;
import io.granular.engine.torch.ScalarType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole files, in the shapes of the references. */
class TensorQuantizationTest {
  private static final Path GOLDENS = Path.of("src/test/goldens/quant");

  @TempDir
  Path folder;

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      conv       | 8 | per_tensor |    | symmetric
      conv       | 4 | per_group  | 16 | asymmetric
      linear     | 5 | per_axis   |    | symmetric_no_clipping_err
      linear     | 2 | per_group  | 64 | asymmetric
      positive   | 3 | per_group  | 64 | asymmetric
      constant   | 8 | per_axis   |    | asymmetric
      activation | 8 | per_token  |    | asymmetric
      activation | 6 | per_tensor |    | symmetric
      """)
  void equalsTorchao(String tensor, int bits, String granularity, Integer group, String mapping)
      throws IOException {
    String key = String.join(".", tensor, "" + bits, mapping,
        group == null ? granularity : granularity + "_" + group);
    String json = "{\"bits\":%d,\"granularity\":\"%s\",\"mapping\":\"%s\"%s}".formatted(bits,
        granularity, mapping, group == null ? "" : ",\"group\":" + group);
    try (SafetensorsFile reference = SafetensorsFile.open(GOLDENS.resolve("affine.safetensors"));
        SafetensorsFile result =
            quantized(json, List.of(NamedTensor.of(reference.info(tensor),
                reference.data(tensor))))) {
      assertThat(result.names()).containsExactlyInAnyOrder(tensor + ".q", tensor + ".scale",
          tensor + ".zero_point", tensor + ".dequantized");
      for (String part : List.of(".scale", ".zero_point", ".dequantized")) {
        assertThat(result.info(tensor + part).shape())
            .isEqualTo(reference.info(key + part).shape());
        assertThat(result.info(tensor + part).dtype())
            .isEqualTo(reference.info(key + part).dtype());
        assertThat(result.data(tensor + part).mismatch(reference.data(key + part))).isEqualTo(-1);
      }
      boolean unsigned = mapping.equals("asymmetric");
      assertThat(result.info(tensor + ".q").dtype())
          .isEqualTo(unsigned ? ScalarType.U8 : ScalarType.I8);
      assertThat(result.info(tensor + ".q").shape()).isEqualTo(reference.info(key + ".q").shape());
      byte[] q = result.data(tensor + ".q").toArray(ValueLayout.JAVA_BYTE);
      MemorySegment expected = reference.data(key + ".q");
      for (int i = 0; i < q.length; i++) {
        assertThat(unsigned ? q[i] & 0xff : q[i])
            .isEqualTo(expected.get(ValueLayout.JAVA_INT_UNALIGNED, i * 4L));
      }
    }
  }

  @Test
  void equalsGguf() throws IOException {
    try (SafetensorsFile reference =
        SafetensorsFile.open(GOLDENS.resolve("gguf_blocks.safetensors"));
        SafetensorsFile result = quantized("{\"type\":\"q5_1\"}",
            List.of(NamedTensor.of(reference.info("x"), reference.data("x"))))) {
      assertThat(result.names()).containsExactlyInAnyOrder("x.q", "x.dequantized");
      assertThat(result.info("x.q").dtype()).isEqualTo(ScalarType.U8);
      assertThat(result.info("x.q").shape()).isEqualTo(List.of(8L, 384L));
      assertThat(result.data("x.q").mismatch(reference.data("Q5_1.bytes"))).isEqualTo(-1);
      assertThat(result.data("x.dequantized").mismatch(reference.data("Q5_1.dequantized")))
          .isEqualTo(-1);
    }
  }

  @Test
  void sixteenBitNumbersAreWidenedFirst() throws IOException {
    float[] x = {0.25f, -1.5f, 3, 0.125f};
    byte[] halves = new byte[8];
    byte[] brains = new byte[8];
    for (int i = 0; i < 4; i++) {
      int half = Float.floatToFloat16(x[i]);
      int brain = Float.floatToRawIntBits(x[i]) >> 16;
      halves[2 * i] = (byte) half;
      halves[2 * i + 1] = (byte) (half >> 8);
      brains[2 * i] = (byte) brain;
      brains[2 * i + 1] = (byte) (brain >> 8);
    }
    List<Long> shape = List.of(2L, 2L);
    try (SafetensorsFile result = quantized("{\"bits\":4}",
        List.of(NamedTensor.floats("wide", shape, x),
            NamedTensor.bytes("half", ScalarType.F16, shape, halves),
            NamedTensor.bytes("brain", ScalarType.BF16, shape, brains)))) {
      float[] expected = Float32.read(result, "wide.dequantized");
      assertThat(Float32.read(result, "half.dequantized")).isEqualTo(expected);
      assertThat(Float32.read(result, "brain.dequantized")).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      {"bits":8,"granularity":"per_tensor"}            | [64] | []
      {"bits":8,"granularity":"per_axis"}              | [64] | [1]
      {"bits":8,"granularity":"per_group","group":32}  | [64] | [2]
      {"bits":8,"granularity":"per_token"}             | [64] | []
      {"type":"q8_0"}                                  | [68] |
      """)
  void aTensorOfOneDimensionIsARow(String json, String q, String scale) throws IOException {
    try (SafetensorsFile result =
        quantized(json, List.of(NamedTensor.floats("v", List.of(64L), new float[64])))) {
      assertThat(result.info("v.q").shape()).hasToString(q);
      assertThat(result.contains("v.scale")).isEqualTo(scale != null);
      if (scale != null) {
        assertThat(result.info("v.scale").shape()).hasToString(scale);
      }
    }
  }

  @Test
  void severalTensorsKeepTheirOwnNumbers() throws IOException {
    List<NamedTensor> tensors = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      float[] values = new float[32];
      values[0] = i;
      tensors.add(NamedTensor.floats("t" + i, List.of(1L, 32L), values));
    }
    for (String json : List.of("{\"bits\":8,\"mapping\":\"asymmetric\"}", "{\"type\":\"q8_0\"}")) {
      try (SafetensorsFile result = quantized(json, tensors)) {
        for (int i = 1; i <= 5; i++) {
          assertThat(Float32.read(result, "t" + i + ".dequantized")[0]).isBetween(i * 0.999f,
              i * 1.001f);
        }
      }
    }
  }

  @Test
  void whatHoldsNoFloatsIsLeftOut() throws IOException {
    Path in = written(List.of(NamedTensor.longs("ids", List.of(2L), new long[]{1, 2}),
        NamedTensor.floats("one", List.of(), new float[]{1}),
        NamedTensor.floats("none", List.of(0L, 4L), new float[0]),
        NamedTensor.floats("x", List.of(2L), new float[]{1, 2})));
    TensorQuantization.Report report = TensorQuantization.run(in,
        WeightsReader.parse("{\"bits\":8}", "test"), folder.resolve("out.safetensors"));

    assertThat(report.tensors()).extracting(TensorQuantization.Done::name).containsExactly("x");
    assertThat(report.left()).containsExactlyInAnyOrder(
        new TensorQuantization.Left("ids", "holds no floating-point numbers"),
        new TensorQuantization.Left("one", "is a single number"),
        new TensorQuantization.Left("none", "holds no numbers"));
  }

  @Test
  void mistakesNameFileTensorAndRemedy() throws IOException {
    Path out = folder.resolve("out.safetensors");
    Path odd = written(List.of(NamedTensor.floats("odd", List.of(2L, 36L), new float[72])));
    for (String json : List.of("{\"type\":\"q4_0\"}",
        "{\"bits\":4,\"granularity\":\"per_group\",\"group\":32}")) {
      assertThatThrownBy(
          () -> TensorQuantization.run(odd, WeightsReader.parse(json, "test"), out))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(odd + ": tensor odd F32[2, 36]: a row of 36 numbers does not")
          .hasMessageContaining("Choose a granularity");
    }
    float[] broken = new float[1 << 16];
    broken[40_000] = Float.NaN;
    Path nan = written(List.of(NamedTensor.floats("nan", List.of(256L, 256L), broken)));
    for (String json : List.of("{\"type\":\"q4_0\"}", "{\"bits\":4}")) {
      assertThatThrownBy(
          () -> TensorQuantization.run(nan, WeightsReader.parse(json, "test"), out))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(nan + ": tensor nan F32[256, 256]: only finite numbers")
          .hasMessageContaining("Repair the tensor");
    }
    assertThat(out).doesNotExist();
  }

  private SafetensorsFile quantized(String json, List<NamedTensor> tensors) throws IOException {
    Path out = folder.resolve("out.safetensors");
    TensorQuantization.run(written(tensors), WeightsReader.parse(json, "test"), out);
    return SafetensorsFile.open(out);
  }

  private Path written(List<NamedTensor> tensors) throws IOException {
    Path in = folder.resolve("in.safetensors");
    SafetensorsWriter.write(in, Map.of(), tensors);
    return in;
  }
}

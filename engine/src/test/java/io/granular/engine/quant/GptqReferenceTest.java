package io.granular.engine.quant;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.granular.engine.quant.Treatments.Clip;
import io.granular.engine.quant.Treatments.Gptq;
import io.granular.engine.store.SafetensorsFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Against GPTQ as its authors wrote it (inverse, Cholesky factor, blocks), in double precision: a different computation
 * of the same integers.
 */
class GptqReferenceTest {
  private static final Path FOLDER = Path.of("src/test/goldens/quant");
  private static final int ROWS = 24;
  private static final int COLUMNS = 192;

  static List<JsonNode> cases() throws IOException {
    List<JsonNode> cases = new ArrayList<>();
    new ObjectMapper().readTree(FOLDER.resolve("gptq.json").toFile()).forEach(cases::add);
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void equalsTheOriginal(JsonNode reference) throws IOException {
    Granularity granularity = reference.get("group").isNull()
        ? new Granularity.PerAxis(0)
        : new Granularity.PerGroup(reference.get("group").asInt());
    WeightScheme scheme = new WeightScheme(reference.get("bits").asInt(), granularity,
        Mapping.valueOf(reference.get("mapping").asText().toUpperCase(Locale.ROOT)));
    String name = reference.get("name").asText();
    try (SafetensorsFile file = SafetensorsFile.open(FOLDER.resolve("gptq.safetensors"))) {
      float[] weight = floats(file, "weight");
      float[] hessian = floats(file, "hessian");

      QuantizedTensor result =
          ErrorFeedback.quantize(weight, ROWS, COLUMNS, scheme, Clip.MINMAX,
              List.of(hessian.clone()),
              new Gptq(reference.get("damping").asDouble(),
                  reference.get("act_order").asBoolean()));

      int[] q = integers(file, name + ".q");
      int same = 0;
      for (int i = 0; i < q.length; i++) {
        same += q[i] == scheme.integers().decode(result.q()[i]) ? 1 : 0;
      }
      // A tie that rounds the other way changes what comes after it in its row.
      assertThat(same / (double) q.length).isGreaterThan(0.97);
      float[] scale = floats(file, name + ".scale");
      int near = 0;
      for (int i = 0; i < scale.length; i++) {
        near += Math.abs(scale[i] - result.scale()[i]) <= 1e-5 * scale[i] ? 1 : 0;
      }
      assertThat(near / (double) scale.length).isGreaterThan(0.9);
      double expected = reference.get("weighted_error").asDouble();
      assertThat(TreatmentFixtures.weightedError(weight, result.dequantize(), hessian, ROWS))
          .isCloseTo(expected, Percentage.withPercentage(0.5));
      QuantizedTensor nearest =
          RangeSearch.quantize(weight, ROWS, COLUMNS, scheme, Clip.MINMAX);
      assertThat(TreatmentFixtures.weightedError(weight, nearest.dequantize(), hessian, ROWS))
          .as("rounding to the nearest")
          .isGreaterThan(1.5 * expected);
    }
  }

  private static float[] floats(SafetensorsFile file, String name) {
    MemorySegment data = file.data(name);
    float[] values = new float[Math.toIntExact(data.byteSize() / 4)];
    FloatReader.of(data, file.info(name).dtype()).read(0, values, values.length);
    return values;
  }

  private static int[] integers(SafetensorsFile file, String name) {
    return file.data(name).toArray(ValueLayout.JAVA_INT_UNALIGNED);
  }
}

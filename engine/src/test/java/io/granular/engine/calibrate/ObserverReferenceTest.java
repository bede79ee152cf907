package io.granular.engine.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.granular.engine.quant.AffineQuantizer;
import io.granular.engine.quant.FloatReader;
import io.granular.engine.quant.IntegerRange;
import io.granular.engine.quant.Mapping;
import io.granular.engine.quant.QuantParams;
import io.granular.engine.quant.ValueRange;
import io.granular.engine.store.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The observers against torch.ao's and ONNX Runtime's. */
class ObserverReferenceTest {
  private static final Path GOLDENS = Path.of("src/test/goldens/quant");
  private static final IntegerRange UINT8 = IntegerRange.of(8, Mapping.ASYMMETRIC);

  /** ONNX Runtime computes scales in float64 and then rounds, Granular in float32. */
  private static final double ULPS = 3e-7;

  @Test
  void minMaxEqualsTorch() throws IOException {
    MinMaxObserver observer = new MinMaxObserver();
    batches().forEach(x -> observer.observe(Extent.of(x)));
    checkTorch("MinMaxObserver", observer.range(), 0);
  }

  @Test
  void movingAverageEqualsTorch() throws IOException {
    MovingAverageObserver observer = new MovingAverageObserver();
    batches().forEach(x -> observer.observe(Extent.of(x)));
    checkTorch("MovingAverageMinMaxObserver", observer.range(), ULPS);
  }

  @Test
  void histogramEqualsTorch() throws IOException {
    HistogramObserver observer = new HistogramObserver();
    batches().forEach(x -> observer.observe(x, Extent.of(x)));
    checkTorch("HistogramObserver", new NonLinearSearch(observer.histogram(), 256).range(), ULPS);
  }

  @Test
  void perChannelEqualsTorch() throws IOException {
    PerChannelObserver observer = new PerChannelObserver(16);
    batches().forEach(x -> observer.observe(x, 64));
    JsonNode expected = json("observers.json").valueStream()
        .filter(r -> r.path("observer").asText().startsWith("PerChannel"))
        .findFirst()
        .orElseThrow();
    IntegerRange int8 = IntegerRange.of(8, Mapping.SYMMETRIC);
    for (int i = 0; i < 16; i++) {
      QuantParams params = observer.ranges().get(i).params(Mapping.SYMMETRIC, int8);
      assertThat(params.scale()).isEqualTo((float) expected.path("scale").path(i).asDouble());
      assertThat(params.zeroPoint()).isEqualTo(expected.path("zero_point").path(i).asInt());
    }
  }

  /** All of ONNX Runtime's calibration data in one piece, as its quantize_static collects it. */
  @ParameterizedTest
  @ValueSource(strings = {"MinMax", "Entropy", "Percentile"})
  void staticRangesEqualOnnxRuntime(String method) throws IOException {
    JsonNode expected = json("onnx_static.json").path(method + ".per_tensor");
    float[] x = tensors("onnx_static.safetensors", List.of("calibration")).getFirst();
    ValueRange extent = Extent.of(x);
    ValueRange range = switch (method) {
      case "Entropy" -> {
        EntropyObserver observer = new EntropyObserver(128);
        observer.observe(x, extent);
        yield new EntropySearch(observer.histogram(), 128).range();
      }
      case "Percentile" -> {
        PercentileObserver observer = new PercentileObserver();
        observer.observe(x, extent);
        yield PercentileObserver.range(observer.histogram(), 99.999);
      }
      default -> extent;
    };
    QuantParams params = range.params(Mapping.ASYMMETRIC, UINT8);
    assertThat((double) params.scale()).isCloseTo(expected.path("x_scale").path(0).asDouble(),
        within(ULPS * params.scale()));
    // ONNX Runtime counts signed bytes here.
    assertThat(params.zeroPoint() - 128).isEqualTo(expected.path("x_zero_point").path(0).asInt());
  }

  /** ONNX Runtime's collector called once per batch, so that its histogram grows. */
  @ParameterizedTest
  @CsvSource({"percentile_99.999", "percentile_99", "entropy_2048", "entropy_128"})
  void streamedRangesEqualOnnxRuntime(String name) throws IOException {
    JsonNode expected = json("observers_onnx_streamed.json").path(name);
    double parameter = Double.parseDouble(name.substring(name.indexOf('_') + 1));
    ValueRange range;
    GrowingHistogram histogram;
    if (name.startsWith("entropy")) {
      EntropyObserver observer = new EntropyObserver((int) parameter);
      batches().forEach(x -> observer.observe(x, Extent.of(x)));
      histogram = observer.histogram();
      range = new EntropySearch(histogram, 128).range();
    } else {
      PercentileObserver observer = new PercentileObserver();
      batches().forEach(x -> observer.observe(x, Extent.of(x)));
      histogram = observer.histogram();
      range = PercentileObserver.range(histogram, parameter);
    }
    // numpy.arange sometimes adds one empty bin at the end.
    assertThat(histogram.counts().length).isCloseTo(expected.path("bins").asInt(), within(1));
    // It takes the width from two rounded edges; the error grows with the bins added, to a fifth of a bin here.
    double rounding = 0.25 * histogram.width();
    assertThat((double) range.min()).isCloseTo(expected.path("min").asDouble(), within(rounding));
    assertThat((double) range.max()).isCloseTo(expected.path("max").asDouble(), within(rounding));
  }

  /** The search over bins finds the range that trying all candidates on the numbers themselves finds. */
  @ParameterizedTest
  @EnumSource(Mapping.class)
  void leastSquaresAgreesWithTheNumbersThemselves(Mapping mapping) {
    Random random = new Random(7);
    float[] x = new float[20_000];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) (random.nextGaussian() + 0.5);
    }
    x[11] = 30;
    HistogramObserver observer = new HistogramObserver();
    observer.observe(x, Extent.of(x));
    IntegerRange integers = IntegerRange.of(4, mapping);
    ValueRange found = observer.histogram().leastSquares(mapping, integers);
    double least = IntStream.range(0, 80)
        .mapToDouble(i -> error(x, new ValueRange(Extent.of(x).min() * (1 - i * 0.01f),
            Extent.of(x).max() * (1 - i * 0.01f)), mapping, integers))
        .min()
        .orElseThrow();
    assertThat(found.max()).isLessThan(20);
    assertThat(error(x, found, mapping, integers)).isCloseTo(least, within(least * 0.01));
  }

  @Test
  void histogramsKeepEveryNumberAndStaySmall() {
    PercentileObserver magnitudes = new PercentileObserver();
    EntropyObserver around = new EntropyObserver(2048);
    HistogramObserver histogram = new HistogramObserver();
    long seen = 0;
    for (float scale = 1e-6f; scale < 1e6f; scale *= 7) {
      float[] x = {-scale, scale / 3, 0.5f * scale, scale};
      ValueRange extent = Extent.of(x);
      magnitudes.observe(x, extent);
      around.observe(x, extent);
      histogram.observe(x, extent);
      seen += x.length;
    }
    assertThat(magnitudes.histogram().counts().length).isLessThanOrEqualTo(8192);
    assertThat(around.histogram().counts().length).isLessThanOrEqualTo(8192);
    assertThat(magnitudes.histogram().total()).isEqualTo(seen);
    assertThat(around.histogram().total()).isEqualTo(seen);
    assertThat(around.histogram().first()).isCloseTo(-around.histogram().last(), within(1e-3));
    assertThat(Arrays.stream(histogram.histogram().counts()).sum())
        .isCloseTo(seen, within(1e-6));
  }

  /** A layer whose input never changes, e.g. zeros. */
  @ParameterizedTest
  @ValueSource(floats = {0, 2.5f, -1})
  void oneNumberIsARange(float value) {
    float[] x = {value, value, value};
    ValueRange extent = Extent.of(x);
    HistogramObserver histogram = new HistogramObserver();
    histogram.observe(x, extent);
    PercentileObserver percentile = new PercentileObserver();
    percentile.observe(x, extent);
    EntropyObserver entropy = new EntropyObserver(2048);
    entropy.observe(x, extent);
    for (ValueRange range : List.of(new NonLinearSearch(histogram.histogram(), 256).range(),
        PercentileObserver.range(percentile.histogram(), 99.999),
        new EntropySearch(entropy.histogram(), 128).range())) {
      assertThat(range).isEqualTo(new ValueRange(value, value));
    }
  }

  private static double error(float[] x, ValueRange range, Mapping mapping,
      IntegerRange integers) {
    QuantParams params = range.params(mapping, integers);
    float[] y = AffineQuantizer.fakeQuantize(x, params, integers);
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += (y[i] - x[i]) * (y[i] - x[i]);
    }
    return sum;
  }

  private static void checkTorch(String name, ValueRange range, double tolerance)
      throws IOException {
    int checked = 0;
    for (JsonNode expected : json("observers.json")) {
      if (expected.path("observer").asText().equals(name)) {
        boolean symmetric = expected.path("scheme").asText().endsWith("symmetric");
        Mapping mapping = symmetric ? Mapping.SYMMETRIC : Mapping.ASYMMETRIC;
        QuantParams params = range.params(mapping, IntegerRange.of(8, mapping));
        assertThat((double) params.scale()).isCloseTo(expected.path("scale").asDouble(),
            within(tolerance * params.scale()));
        assertThat(params.zeroPoint()).isEqualTo(expected.path("zero_point").asInt());
        checked++;
      }
    }
    assertThat(checked).isEqualTo(2);
  }

  private static List<float[]> batches() {
    return tensors("observers.safetensors",
        List.of("batch.0", "batch.1", "batch.2", "batch.3"));
  }

  private static List<float[]> tensors(String file, List<String> names) {
    try (SafetensorsFile source = SafetensorsFile.open(GOLDENS.resolve(file))) {
      return names.stream().map(name -> {
        float[] x = new float[Math.toIntExact(source.info(name).elements())];
        FloatReader.of(source.data(name), source.info(name).dtype()).read(0, x, x.length);
        return x;
      }).toList();
    }
  }

  private static JsonNode json(String file) throws IOException {
    return new JsonMapper().readTree(GOLDENS.resolve(file).toFile());
  }
}

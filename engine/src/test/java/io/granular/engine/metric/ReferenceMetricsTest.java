package io.granular.engine.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.granular.engine.store.Png;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Equality with scikit-image 0.26 and NVIDIA's flip-evaluator 1.7. */
class ReferenceMetricsTest {
  private static final Path GOLDENS = Path.of("src/test/goldens/quant/images");

  @ParameterizedTest
  @ValueSource(strings = {"same", "noise", "blur", "shift", "bands", "tint", "black"})
  void equalsTheReference(String name) throws IOException {
    JsonNode expected = new ObjectMapper().readTree(GOLDENS.resolve("metrics.json").toFile())
        .required("cases")
        .required(name);
    PictureMetrics actual = PictureMetrics.compare(picture("reference"), picture(name));

    assertThat(actual.mse()).isCloseTo(expected.required("mse").doubleValue(), within(1e-9));
    assertThat(actual.mae()).isCloseTo(expected.required("mae").doubleValue(), within(1e-9));
    assertThat(actual.ssim()).isCloseTo(expected.required("ssim").doubleValue(), within(1e-9));
    assertThat(actual.flip()).isCloseTo(expected.required("flip_mean").doubleValue(),
        within(1e-5));
    if (expected.required("psnr").isNull()) {
      assertThat(actual.psnr()).isEqualTo(Double.POSITIVE_INFINITY);
    } else {
      assertThat(actual.psnr()).isCloseTo(expected.required("psnr").doubleValue(), within(1e-9));
    }
  }

  /**
   * The reference maps are painted: a pixel is the magma colour of its error rounded to 255ths. So
   * an error may be off by half a step and the tolerance.
   */
  @ParameterizedTest
  @ValueSource(strings = {"noise", "blur", "shift"})
  void flipMapsEqualTheReference(String name) throws IOException {
    ErrorMap map = Flip.map(picture("reference"), picture(name));
    RgbImage painted = Flip.colour(map);
    FloatBuffer expected = npy(GOLDENS.resolve(name + ".flip.npy"), "(160, 192, 3)");
    List<Integer> magma = Arrays.stream(ColourMap.MAGMA.table(256)).boxed().toList();

    for (int i = 0; i < map.values().length; i++) {
      int level = magma.indexOf(argb(c -> Math.round(expected.get() * 255)));
      assertThat(map.values()[i] * 255).as("%s at pixel %d", name, i)
          .isCloseTo(level,
              within(0.5f + 1e-4f * 255));
      int at = i * 3;
      assertThat(magma.indexOf(argb(c -> painted.rgb()[at + c] & 0xff)))
          .as("%s painted at pixel %d", name, i)
          .isCloseTo(level, within(1));
    }
  }

  /** Single pixels of {@code flip_evaluator.evaluate(..., applyMagma=False)}. */
  @ParameterizedTest
  @CsvSource({"noise, 0.215868, 0.148933, 0.190093, 0.125288, 0.074056, 0.019070",
      "blur, 0.075268, 0.049384, 0.094396, 0.082820, 0.066823, 0.025786",
      "shift, 0.956780, 0.977220, 0.095812, 0.112959, 0.094860, 0.041824",
      "bands, 0.440433, 0.316011, 0.266038, 0.368221, 0.178490, 0.049356",
      "tint, 0.247230, 0.214894, 0.265049, 0.242165, 0.198928, 0.046909",
      "black, 0.996033, 0.990310, 0.973764, 0.985339, 0.971559, 0.957027"})
  void flipPixelsEqualTheReference(String name, float topLeft, float bottomLeft,
      float bottomRight, float middle, float upper, float lower) {
    ErrorMap map = Flip.map(picture("reference"), picture(name));

    assertThat(map.get(0, 0)).isCloseTo(topLeft, within(2e-5f));
    assertThat(map.get(0, 159)).isCloseTo(bottomLeft, within(2e-5f));
    assertThat(map.get(191, 159)).isCloseTo(bottomRight, within(2e-5f));
    assertThat(map.get(96, 80)).isCloseTo(middle, within(2e-5f));
    assertThat(map.get(30, 40)).isCloseTo(upper, within(2e-5f));
    assertThat(map.get(150, 120)).isCloseTo(lower, within(2e-5f));
  }

  private static RgbImage picture(String name) {
    return Png.read(GOLDENS.resolve(name + ".png"));
  }

  private static int argb(IntUnaryOperator channel) {
    return 0xff000000 | channel.applyAsInt(0) << 16 | channel.applyAsInt(1) << 8
        | channel.applyAsInt(2);
  }

  /** NumPy's format, version 1: magic, version, header length at byte 8, header, data. */
  private static FloatBuffer npy(Path file, String shape) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int header = bytes.getShort(8);
    assertThat(new String(bytes.array(), 10, header, StandardCharsets.US_ASCII))
        .contains("'<f4'", "'fortran_order': False", shape);
    return bytes.position(10 + header).slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }
}

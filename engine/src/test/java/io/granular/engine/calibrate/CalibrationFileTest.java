package io.granular.engine.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granular.engine.plan.ActivationRanges;
import io.granular.engine.quant.ActivationScheme;
import io.granular.engine.quant.Granularity;
import io.granular.engine.quant.Mapping;
import io.granular.engine.quant.Observer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CalibrationFileTest {
  @TempDir
  private Path folder;

  @ParameterizedTest
  @EnumSource(Observer.Kind.class)
  void rangesAreTheSameAfterReading(Observer.Kind kind) {
    Calibration made = calibration();
    Path file = folder.resolve("new/calibration.json");
    CalibrationFile.write(file, made);
    Calibration read = CalibrationFile.read(file);
    assertThat(read.provenance()).isEqualTo(made.provenance());
    assertThat(read.inputs().getFirst().steps()).isEqualTo(made.inputs().getFirst().steps());
    ActivationScheme scheme = new ActivationScheme(6, new Granularity.PerTensor(),
        Mapping.ASYMMETRIC, ActivationScheme.Range.STATIC, Observer.of(kind));
    CalibratedRanges ranges = new CalibratedRanges(read);
    assertThat(ranges.range("unet.a", scheme))
        .isEqualTo(new CalibratedRanges(made).range("unet.a", scheme))
        .isSameAs(ranges.range("unet.b", scheme));
    assertThat(ranges.range("unet.c", scheme)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{}", "{\"version\": 1}", "{\"version\": 1, \"x\": 2}",
      "not json", "{\"version\":1,\"calibration\":{\"provenance\":null,\"inputs\":[]}}"})
  void refusesWhatIsNoCalibration(String text) throws IOException {
    Path file = folder.resolve("other.json");
    Files.writeString(file, text);
    assertThatThrownBy(() -> CalibrationFile.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("other.json")
        .hasMessageContaining("granular calibrate");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"min\":-4.0|\"min\":9e9", "\"width\":|\"width\":-",
      "\"version\":1|\"version\":7"})
  void refusesDamagedCalibrations(String change) throws IOException {
    Path file = folder.resolve("damaged.json");
    CalibrationFile.write(file, calibration());
    String[] parts = change.split("\\|");
    String text = Files.readString(file);
    assertThat(text).contains(parts[0]);
    Files.writeString(file, text.replace(parts[0], parts[1]));
    assertThatThrownBy(() -> CalibrationFile.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("damaged.json");
  }

  @Test
  void namesAFileThatIsMissing() {
    assertThatThrownBy(() -> CalibrationFile.read(folder.resolve("gone.json")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("gone.json");
  }

  @Test
  void rangesAreReadAgainWhenTheFileChanges() throws IOException {
    Path file = folder.resolve("calibration.json");
    RangesCache cache = new RangesCache();
    assertThat(cache.of(null)).isSameAs(ActivationRanges.NONE);
    assertThatThrownBy(() -> cache.of(file)).isInstanceOf(IllegalArgumentException.class);
    CalibrationFile.write(file, calibration());
    ActivationRanges first = cache.of(file);
    assertThat(cache.of(file)).isSameAs(first);
    CalibrationFile.write(file, new Calibration(calibration().provenance(), List.of()));
    assertThat(cache.of(file)).isNotSameAs(first);
  }

  @Test
  void samplesCoverTrajectoriesAndTimesteps() {
    assertThat(SamplePlan.of(128)).isEqualTo(new SamplePlan(8, 16));
    assertThat(SamplePlan.of(3)).isEqualTo(new SamplePlan(1, 3));
    assertThat(SamplePlan.of(100).samples()).isEqualTo(112);
    assertThatThrownBy(() -> SamplePlan.of(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void promptsAreLinesOfText() throws IOException {
    assertThat(Prompts.builtIn(List.of("own"))).hasSize(33)
        .startsWith("own")
        .doesNotHaveDuplicates();
    Path file = folder.resolve("prompts.txt");
    Files.writeString(file, "# mine\n\n  a bus \n鳥\n");
    assertThat(Prompts.read(file)).containsExactly("a bus", "鳥");
    Files.writeString(file, "#\n");
    assertThatThrownBy(() -> Prompts.read(file)).hasMessageContaining("no prompts");
  }

  private static Calibration calibration() {
    InputObserver observer = new InputObserver();
    Random random = new Random(3);
    for (double timestep : new double[]{900, 500, 100}) {
      float[] x = new float[500];
      for (int i = 0; i < x.length; i++) {
        x[i] = (float) (random.nextGaussian() * timestep / 300);
      }
      x[0] = timestep == 900 ? 20 : 0;
      for (int i = 0; i < x.length; i++) {
        x[i] = Math.max(-4, x[i]);
      }
      observer.observe(List.of(() -> x), timestep);
    }
    return new Calibration(new Calibration.Provenance("a model", "12ab", "built-in prompts", "34cd",
        3, List.of(900.0, 500.0, 100.0), -1, 7.5, 64, 32, true),
        List.of(observer.result(List.of("unet.a", "unet.b"))));
  }
}

package io.granular.app.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.granular.app.text.Texts;
import io.granular.engine.run.RunProgress.Learning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainPartsTest {
  @TempDir
  Path folder;

  @Test
  void patternsEndAtSpacesAndAtCommasOutsideBraces() {
    assertThat(Patterns.split(" unet.**.{attn1,attn2}.**, unet.mid_block.**;a\nb ,, "))
        .containsExactly("unet.**.{attn1,attn2}.**", "unet.mid_block.**", "a", "b");
    assertThat(Patterns.split(" , ")).isEmpty();
  }

  @Test
  void folderNamesAreTakenFromWhatIsTrainedAndNeverTwice() throws IOException {
    NewFolder folders = new NewFolder(folder);
    assertThat(folders.free("Emoji 128 / W3 (g32)")).isEqualTo(folder.resolve("emoji-128-w3-g32"));
    Files.createDirectories(folder.resolve("emoji"));
    assertThat(folders.free("Emoji")).as("an empty one is free").hasFileName("emoji");
    Files.writeString(folder.resolve("emoji").resolve("model_index.json"), "{}");
    Files.createDirectories(folder.resolve("emoji-2.unfinished"));
    assertThat(folders.free("Emoji")).as("one is full, one is being trained")
        .hasFileName("emoji-3");
    assertThat(folders.free("Модель №1")).hasFileName("модель-1");
    assertThat(folders.free("***")).hasFileName("trained");
    assertThat(folders.free("x".repeat(500)).getFileName().toString()).hasSize(60);
  }

  @Test
  void aCurveOfManyStepsKeepsItsMeanAndFewPoints() {
    LossCurve curve = new LossCurve();
    double sum = 0;
    for (int step = 1; step <= 5000; step++) {
      double loss = 1.0 / step;
      sum += loss;
      curve.add(step, learning(loss, step < 2500 ? 0.5 : 0.25));
    }
    assertThat(curve.training()).hasSizeLessThanOrEqualTo(256);
    assertThat(curve.training().getLast()[0]).isGreaterThan(4900);
    double mean = curve.training().stream().mapToDouble(point -> point[1]).average().orElseThrow();
    assertThat(mean).isCloseTo(sum / 5000, offset(1e-4));
    assertThat(curve.heldOut()).as("only when it was asked anew").hasSize(2);
    assertThat(curve.heldOut().getLast()).containsExactly(2500, 0.25);
    assertThat(curve.before()).isEqualTo(0.5);
  }

  @Test
  void aReportOfTheSameStepIsNoOtherStep() {
    LossCurve curve = new LossCurve();
    curve.add(1, learning(0.3, 0.5));
    curve.add(1, learning(0.3, 0.5));
    curve.add(2, learning(Double.NaN, 0.5));
    assertThat(curve.training()).hasSize(1);
  }

  @Test
  void lossesAndRatesAreReadable() {
    TrainWords words = new TrainWords(Texts.of(Locale.ENGLISH));
    assertThat(words.loss(0.014)).isEqualTo("0.0140");
    assertThat(words.loss(1.234)).isEqualTo("1.23");
    assertThat(words.loss(0.0000231)).isEqualTo("2.31e-5");
    assertThat(words.loss(Double.NaN)).isEqualTo("–");
    assertThat(words.rate(1e-4)).isEqualTo("1e-4");
    assertThat(words.rate(2.5e-5)).isEqualTo("2.5e-5");
    assertThat(words.rate(0.05)).isEqualTo("0.05");
    assertThat(words.change(0.014, 0.0035)).isEqualTo("75\u00a0% less");
    assertThat(words.change(0.01, 0.012)).isEqualTo("20\u00a0% more");
    assertThat(words.change(0, 1)).isEqualTo("–");
  }

  private static Learning learning(double loss, double heldOut) {
    return new Learning(loss, 0.5, heldOut, heldOut, 0, 1e-4, 1, null);
  }
}

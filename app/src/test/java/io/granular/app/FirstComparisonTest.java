package io.granular.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.app.fake.FakeEngine;
import io.granular.app.harness.Fx;
import io.granular.app.session.Side;
import io.granular.engine.run.RunRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstComparisonTest {
  @TempDir
  Path folder;

  private final FakeEngine engine = new FakeEngine();

  @Test
  void aNewcomerOnlyPressesRun() {
    try (StudioHarness studio = new StudioHarness(engine, folder).opened()) {
      assertThat(Fx.get(() -> studio.session().prompt().get()))
          .isEqualTo("a 3d emoji of a fox on a blue background");
      assertThat(studio.texts(".stat-tile .value")).startsWith("98.4\u00a0MB", "211\u00a0MB", "–");

      studio.click("#empty-run");
      studio.compared();

      assertThat(engine.requests()).extracting(RunRequest::recipe)
          .containsExactly("fp32", "w8a8-dynamic");
      assertThat(engine.requests()).extracting(RunRequest::seed).containsOnly(42L);
      assertThat(engine.mostAtOnce()).as("sides are timed one after the other").isOne();
      assertThat(studio.texts(".stat-tile .value")).containsExactly("98.4\u00a0MB",
          "214\u00a0MB", "1.98\u00a0s", "27.2\u00a0MB", "141\u00a0MB", "1.12\u00a0s");
      assertThat(studio.texts(".stat-tile .caption")).contains("3.6× smaller", "1.8× faster",
          "est. 138\u00a0MB");
      assertThat(studio.texts("#score-psnr").getFirst()).endsWith("dB");
      assertThat(studio.visible(".stage-chip.side-a")).isTrue();
      assertThat(studio.visible(".stage-chip.side-b")).isTrue();
      assertThat(studio.visible(".empty-stage")).isFalse();
    }
  }

  @Test
  void runMakesOnlyWhatHasChanged() {
    try (StudioHarness studio = new StudioHarness(engine, folder).opened()) {
      studio.press(KeyCode.F5);
      studio.compared();
      studio.recipe(Side.B, "bf16");
      studio.press(KeyCode.F5);
      Fx.await("B again", () -> studio.session().upToDate(Side.B));
      assertThat(engine.requests()).extracting(RunRequest::recipe)
          .containsExactly("fp32", "w8a8-dynamic", "bf16");

      studio.idle();
      studio.press(KeyCode.F5);
      Fx.await("both again", () -> engine.requests().size() == 5);
    }
  }

  @Test
  void settingsReachTheEngine() {
    try (StudioHarness studio = new StudioHarness(engine, folder).opened()) {
      studio.click("#steps-A");
      studio.type(KeyCode.DIGIT7, KeyCode.ENTER);
      studio.click("#seed");
      studio.press(KeyCode.CONTROL, KeyCode.A);
      studio.type(KeyCode.DIGIT9, KeyCode.ENTER);
      studio.click("#prompt");
      studio.press(KeyCode.CONTROL, KeyCode.A);
      studio.type(KeyCode.C, KeyCode.A, KeyCode.T, KeyCode.ENTER);
      studio.compared();
      assertThat(engine.requests()).extracting(RunRequest::prompt).containsOnly("cat");
      assertThat(engine.requests()).extracting(RunRequest::steps).containsOnly(7);
      assertThat(engine.requests()).extracting(RunRequest::seed).containsOnly(9L);
    }
  }

  @Test
  void closingEndsTheEngineAndDeletesThePictures() {
    Path runs = folder.resolve("cache/runs");
    try (StudioHarness studio = new StudioHarness(engine, folder).opened()) {
      studio.press(KeyCode.F5);
      studio.compared();
      assertThat(runs).isNotEmptyDirectory();
    }
    assertThat(engine.closed()).isTrue();
    assertThat(runs).isEmptyDirectory();
    assertThat(Files.exists(folder.resolve("config/session.json"))).isTrue();
  }
}

package io.granular.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.app.fake.FakeEngine;
import io.granular.app.harness.Fx;
import io.granular.app.session.Side;
import java.nio.file.Path;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The compare stage with a finished comparison, by mouse and keys. */
class StageTest {
  @TempDir
  Path folder;

  private StudioHarness studio;

  @BeforeEach
  void compare() {
    studio = new StudioHarness(new FakeEngine(), folder).opened();
    studio.press(KeyCode.F5);
    studio.compared();
  }

  @AfterEach
  void close() {
    studio.close();
  }

  @Test
  void wheelZoomsAtTheCursor() {
    studio.pointAtStage(0.6, 0.4);
    String before = studio.readout();
    assertThat(studio.zoom()).isEqualTo("400 %");
    studio.wheel(-8);
    assertThat(studio.zoom()).isEqualTo("1,600 %");
    studio.pointAtStage(0.61, 0.41);
    studio.pointAtStage(0.6, 0.4);
    assertThat(studio.readout()).isEqualTo(before);
  }

  @Test
  void zoomAndPlaceStayAcrossViewsAndRuns() {
    studio.pointAtStage(0.6, 0.4);
    studio.wheel(-5);
    studio.pointAtStage(0.59, 0.4);
    studio.pointAtStage(0.6, 0.4);
    String zoom = studio.zoom();
    String pixel = studio.readout();
    for (KeyCode view : new KeyCode[]{KeyCode.B, KeyCode.O, KeyCode.D, KeyCode.DIGIT1,
        KeyCode.W}) {
      studio.press(view);
      assertThat(studio.zoom()).as("after %s", view).isEqualTo(zoom);
    }
    studio.press(KeyCode.S);
    assertThat(studio.zoom()).isEqualTo(zoom);
    studio.press(KeyCode.W);
    studio.recipe(Side.B, "w8");
    studio.press(KeyCode.F5);
    Fx.await("B again", () -> studio.session().upToDate(Side.B));
    studio.idle();
    studio.pointAtStage(0.59, 0.4);
    studio.pointAtStage(0.6, 0.4);
    assertThat(studio.zoom()).isEqualTo(zoom);
    assertThat(studio.readout()).isEqualTo(pixel);
  }

  @Test
  void draggingPansAndADoubleClickFits() {
    studio.pointAtStage(0.7, 0.6);
    String before = studio.readout();
    studio.drag(40, 0);
    studio.pointAtStage(0.7, 0.6);
    assertThat(studio.readout()).isNotEqualTo(before);
    studio.wheel(-3);
    studio.doubleClick();
    assertThat(studio.zoom()).isEqualTo("400 %");
  }

  @Test
  void theWipeIsGrabbedAnywhereAlongItsLine() {
    studio.pointAtStage(0.5, 0.2);
    studio.drag(-260, 0);
    assertThat(studio.visible(".stage-chip.side-a")).as("no room left of the line").isFalse();
    assertThat(studio.visible(".stage-chip.side-b")).isTrue();
    assertThat(studio.zoom()).isEqualTo("400 %");
  }

  @Test
  void keysShowOneSide() {
    studio.press(KeyCode.DIGIT2);
    assertThat(studio.visible(".stage-chip.side-a")).isFalse();
    studio.hold(KeyCode.SPACE);
    assertThat(studio.visible(".stage-chip.side-a")).isTrue();
    assertThat(studio.visible(".stage-chip.side-b")).isFalse();
    studio.letGo(KeyCode.SPACE);
    assertThat(studio.visible(".stage-chip.side-b")).isTrue();
    studio.press(KeyCode.DIGIT2);
    assertThat(studio.visible(".stage-chip.side-a")).isTrue();
    assertThat(studio.visible(".stage-chip.side-b")).isTrue();
  }

  @Test
  void keysDoNothingWhileSomebodyTypes() {
    studio.click("#prompt");
    studio.press(KeyCode.END);
    studio.press(KeyCode.SPACE);
    studio.press(KeyCode.D);
    studio.press(KeyCode.DIGIT1);
    assertThat(Fx.get(() -> studio.session().prompt().get())).endsWith("background d1");
    assertThat(studio.visible(".legend")).isFalse();
    assertThat(studio.visible(".stage-chip.side-b")).isTrue();
  }

  @Test
  void swappingExchangesRecipesAndPictures() {
    studio.press(KeyCode.C);
    assertThat(studio.texts(".stage-chip")).containsExactly("A · W8A8 dynamic", "B · FP32");
    assertThat(studio.texts(".stat-tile .caption")).contains("3.6× larger", "1.8× slower");
  }

  @Test
  void theDifferenceHasGainLegendAndThreshold() {
    studio.press(KeyCode.D);
    Fx.await("painted", () -> studio.text(".legend .above").contains("differ"));
    assertThat(studio.texts(".legend .label")).contains("0", "≥ 32",
        "largest channel, 8-bit levels");
    studio.press(KeyCode.ADD);
    assertThat(studio.texts(".legend .label")).contains("≥ 16");
    for (int i = 0; i < 10; i++) {
      studio.press(KeyCode.SUBTRACT);
    }
    assertThat(studio.texts(".legend .label")).as("gain ends at 1").contains("255");
  }

  @Test
  void theSliderShowsBothSidesAtAStep() {
    studio.click("#steps");
    Fx.await("an earlier step", () -> studio.texts("#step-title").getFirst().startsWith("Step "));
    String psnr = studio.text("#score-psnr");
    studio.press(KeyCode.HOME);
    Fx.await("step 1", () -> studio.text("#step-title").equals("Step 1 / 20"));
    Fx.await("its own metrics", () -> !studio.text("#score-psnr").equals(psnr));
  }

  @Test
  void arrowsStepThroughEarlierRuns() {
    studio.recipe(Side.B, "bf16");
    studio.press(KeyCode.F5);
    Fx.await("B again", () -> studio.session().upToDate(Side.B));
    studio.idle();
    studio.pointAtStage(0.9, 0.9);
    studio.press(KeyCode.LEFT);
    assertThat(studio.texts(".stage-chip")).contains("B · W8A8 dynamic");
    studio.press(KeyCode.RIGHT);
    assertThat(studio.texts(".stage-chip")).contains("B · BF16");
  }

  @Test
  void theKeyListOpensAndCloses() {
    studio.press(KeyCode.SHIFT, KeyCode.SLASH);
    assertThat(studio.visible(".key-sheet")).isTrue();
    studio.press(KeyCode.ESCAPE);
    Fx.await("closed", () -> !studio.visible(".key-sheet"));
  }
}

package io.granular.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.app.fake.FakeEngine;
import io.granular.app.harness.Fx;
import io.granular.app.session.Side;
import io.granular.app.settings.ThemeChoice;
import io.granular.engine.studio.RunOutcome;
import java.nio.file.Path;
import java.util.Locale;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pictures of every screen in both themes, for people to look at. */
class SnapshotTest {
  private static final RunOutcome.Failed FAILED = new RunOutcome.Failed(
      "The worker of side B ended at step 2: out of memory while packing"
          + " unet.up_blocks.0.resnets.1.conv1.",
      "Close other programs, or choose a smaller size.",
      "12:04:31 INFO  worker started, pid 48213\n12:04:32 INFO  opened demo in 0.31 s\n"
          + "12:04:33 ERROR std::bad_alloc\n  at aten::conv2d (Convolution.cpp:1142)\n");

  @TempDir
  Path folder;

  private final FakeEngine engine = new FakeEngine();

  @ParameterizedTest
  @EnumSource(value = ThemeChoice.class, names = {"DARK", "LIGHT"})
  void everyScreen(ThemeChoice theme) {
    try (StudioHarness studio = new StudioHarness(engine, folder).opened()) {
      studio.theme(theme);
      String prefix = theme.key() + "-";
      studio.snapshot(prefix + "01-before-run");
      running(studio, prefix);
      views(studio, prefix);
      trouble(studio, prefix);
      screens(studio, prefix);
    }
  }

  @ParameterizedTest
  @EnumSource(value = ThemeChoice.class, names = {"DARK", "LIGHT"})
  void menusAndUnlinkedSides(ThemeChoice theme) {
    try (StudioHarness studio = new StudioHarness(engine, folder).opened()) {
      studio.theme(theme);
      String prefix = theme.key() + "-";
      studio.click("#recipe-B");
      studio.popupSnapshot(prefix + "30-recipes");
      studio.click("#prompt-more");
      studio.popupSnapshot(prefix + "31-prompts");
      studio.click("#menu-B");
      studio.popupSnapshot(prefix + "32-actions");
      studio.click("#model-chooser");
      studio.popupSnapshot(prefix + "33-models");
      studio.click("#link-B");
      assertThat(studio.visible("#steps-B")).isTrue();
      studio.snapshot(prefix + "34-unlinked");
    }
  }

  @Test
  void russianInASmallWindow() {
    try (StudioHarness studio =
        new StudioHarness(engine, folder, Locale.of("ru")).opened()) {
      studio.theme(ThemeChoice.DARK);
      Fx.run(() -> {
        studio.stage().setWidth(1200);
        studio.stage().setHeight(720);
      });
      studio.press(KeyCode.F5);
      studio.compared();
      studio.press(KeyCode.D);
      studio.awaitDifference();
      assertThat(studio.texts("#nav-compare")).containsExactly("Сравнение");
      studio.snapshot("russian-small");
    }
  }

  private void running(StudioHarness studio, String prefix) {
    engine.holdAfter(12);
    studio.press(KeyCode.F5);
    Fx.await("held at step 12",
        () -> studio.texts(".run-strip .muted").contains("Step 12 of 20"));
    studio.snapshot(prefix + "02-running");
    engine.release();
    studio.compared();
  }

  private void views(StudioHarness studio, String prefix) {
    studio.pointAtStage(0.58, 0.45);
    studio.snapshot(prefix + "03-wipe");
    studio.press(KeyCode.S);
    studio.pointAtStage(0.2, 0.45);
    studio.snapshot(prefix + "04-side-by-side");
    studio.press(KeyCode.D);
    studio.awaitDifference();
    studio.snapshot(prefix + "05-difference");
    studio.press(KeyCode.O);
    studio.snapshot(prefix + "06-onion");
    studio.press(KeyCode.B);
    studio.snapshot(prefix + "07-blink");
    studio.press(KeyCode.W);
    studio.pointAtStage(0.5, 0.3);
    studio.wheel(-5);
    studio.snapshot(prefix + "08-wipe-zoomed");
  }

  private void trouble(StudioHarness studio, String prefix) {
    engine.note("bf16", "This processor has no AMX: bfloat16 is computed by AVX-512 instructions.",
        "The file does not say how many attention heads its text_encoder of width 512 has; heads of"
            + " 64 are assumed.");
    studio.recipe(Side.B, "bf16");
    studio.press(KeyCode.F5);
    Fx.await("B with a note", () -> studio.session().upToDate(Side.B));
    studio.idle();
    studio.press(KeyCode.F);
    studio.snapshot(prefix + "09-note");
    studio.click("#notes-B");
    studio.snapshot(prefix + "09-note-open");
    engine.fail("w8", FAILED);
    studio.recipe(Side.B, "w8");
    studio.press(KeyCode.F5);
    Fx.await("failed", () -> studio.visible(".notice"));
    studio.idle();
    studio.snapshot(prefix + "10-failed");
  }

  private void screens(StudioHarness studio, String prefix) {
    for (ScreenName screen : ScreenName.values()) {
      if (screen != ScreenName.COMPARE) {
        studio.click("#nav-" + screen.key());
        studio.snapshot(prefix + "2" + screen.ordinal() + "-" + screen.key());
      }
    }
    studio.click("#nav-keys");
    assertThat(studio.snapshot(prefix + "25-keys")).isNotEmptyFile();
  }
}

package io.granular.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.app.fake.FakeEngine;
import io.granular.app.harness.Fx;
import io.granular.app.session.Side;
import io.granular.app.settings.ThemeChoice;
import io.granular.engine.studio.RunOutcome;
import java.nio.file.Path;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pictures of every screen in both themes, for people to look at. */
class SnapshotTest {
  @TempDir
  Path folder;

  @ParameterizedTest
  @EnumSource(value = ThemeChoice.class, names = {"DARK", "LIGHT"})
  void everyScreen(ThemeChoice theme) {
    FakeEngine engine = new FakeEngine();
    try (StudioHarness studio = new StudioHarness(engine, folder).opened()) {
      studio.theme(theme);
      String prefix = theme.key() + "-";
      studio.snapshot(prefix + "01-before-run");

      engine.holdAfter(12);
      studio.press(KeyCode.F5);
      Fx.await("held at step 12", () -> engine.requests().size() == 1
          && studio.session().side(Side.A).picture().get() != null);
      Fx.settle();
      studio.snapshot(prefix + "02-running-a");
      engine.release();
      studio.compared();
      studio.pointAtStage(0.58, 0.45);
      studio.snapshot(prefix + "03-wipe");

      studio.press(KeyCode.S);
      studio.pointAtStage(0.2, 0.45);
      studio.snapshot(prefix + "04-side-by-side");
      studio.press(KeyCode.D);
      Fx.await("difference painted", () -> studio.text(".legend .above").contains("%"));
      studio.snapshot(prefix + "05-difference");
      studio.press(KeyCode.O);
      studio.snapshot(prefix + "06-onion");
      studio.press(KeyCode.W);
      studio.pointAtStage(0.5, 0.3);
      studio.wheel(-5);
      studio.snapshot(prefix + "07-wipe-zoomed");

      Fx.run(() -> studio.session()
          .side(Side.B)
          .settings()
          .set(studio.session().side(Side.B).settings().get().withRecipe("w8")));
      engine.fail("w8", new RunOutcome.Failed(
          "The worker of side B ended at step 2: out of memory while packing"
              + " unet.up_blocks.0.resnets.1.conv1.",
          "Close other programs, or choose a smaller size.",
          "12:04:31 INFO  worker started, pid 48213\n12:04:32 INFO  opened demo in 0.31 s\n"
              + "12:04:33 ERROR std::bad_alloc\n  at aten::conv2d (Convolution.cpp:1142)\n"));
      engine.note("w8a8-dynamic", "This processor has no AMX; onednn-int8-dynamic is used.");
      studio.press(KeyCode.F5);
      Fx.await("failed", () -> studio.stage().getScene().lookup(".notice") != null);
      studio.snapshot(prefix + "08-failed");
      for (ScreenName screen : ScreenName.values()) {
        if (screen != ScreenName.COMPARE) {
          studio.click("#nav-" + screen.key());
          studio.snapshot(prefix + "1" + screen.ordinal() + "-" + screen.key());
        }
      }
      studio.click("#nav-keys");
      Path last = studio.snapshot(prefix + "20-keys");
      assertThat(last).isNotEmptyFile();
    }
  }
}

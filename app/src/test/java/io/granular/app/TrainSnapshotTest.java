package io.granular.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.app.fake.FakeEngine;
import io.granular.app.fake.FakeTraining;
import io.granular.app.harness.Fx;
import io.granular.app.settings.ThemeChoice;
import io.granular.engine.studio.TrainingOutcome;
import io.granular.engine.train.Length;
import io.granular.engine.train.TrainingRequest;
import java.nio.file.Path;
import java.util.Locale;
import javafx.scene.Node;
import javafx.scene.control.ScrollPane;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pictures of the Train screen in both themes and languages, for people to look at. */
class TrainSnapshotTest {
  private static final TrainingOutcome.Failed FAILED = new TrainingOutcome.Failed(
      "The loss became NaN at step 90. It happened during the stage training of the training of"
          + " 'demo' for recipe 'w3-g32'.",
      "Take a smaller learning rate.",
      "12:04:31 INFO  worker started, pid 48213\n12:04:32 INFO  opened demo in 0.31 s\n"
          + "12:05:33 ERROR IllegalArgumentException: The loss became NaN at step 90.\n");

  @TempDir
  Path folder;

  private final FakeEngine engine = new FakeEngine();

  @ParameterizedTest
  @CsvSource({"DARK,en", "LIGHT,en", "DARK,ru", "LIGHT,ru"})
  void everyState(ThemeChoice theme, String language) {
    String prefix = "train-" + theme.key() + "-" + language + "-";
    try (StudioHarness studio =
        new StudioHarness(engine, folder, Locale.of(language)).opened()) {
      studio.theme(theme);
      engine.hang();
      studio.click("#nav-train");
      studio.snapshot(prefix + "1-estimating");
      engine.wake();
      TrainHarness train = new TrainHarness(studio).estimated();
      studio.snapshot(prefix + "2-empty");
      choices(studio, train, prefix);
      FakeTraining training = train.start(engine);
      studio.snapshot(prefix + "4-waiting");
      training.begin();
      training.learn(215);
      Fx.await("step 215", () -> studio.text("#train-count").contains("215"));
      Fx.await("a picture", () -> studio.text("#train-student").contains("200"));
      studio.snapshot(prefix + "5-running");
      train.press("#train-pause");
      training.obey();
      Fx.await("paused", () -> studio.find("#train-state", Node.class)
          .getStyleClass()
          .contains("simulated"));
      studio.snapshot(prefix + "6-paused");
      train.press("#train-pause");
      training.obey();
      training.learn(480);
      train.press("#train-stop");
      studio.snapshot(prefix + "7-stopping");
      training.finish(false);
      Fx.await("done", () -> studio.visible("#train-result"));
      studio.snapshot(prefix + "8-done");
      failedAndInterrupted(studio, train, prefix);
      assertThat(studio.visible("#train-failure")).isTrue();
    }
  }

  /** What can be chosen, and what is refused. */
  private static void choices(StudioHarness studio, TrainHarness train, String prefix) {
    train.segment("#train-which", 2);
    train.choose("#train-method", "LOW_RANK");
    train.type("#train-features", "unet.mid_block");
    train.number("#train-batch", 64.0);
    train.estimated();
    studio.snapshot(prefix + "3-missing");
    train.type("#train-patterns", "unet.**.attn1.**");
    train.number("#train-min-snr", 5.0);
    train.estimated();
    Fx.run(() -> studio.find(".train-settings", ScrollPane.class).setVvalue(1));
    studio.snapshot(prefix + "3-too-much");
    train.segment("#train-source", 1);
    train.type("#train-pictures", "/home/me/pictures of cats");
    train.estimated();
    Fx.run(() -> studio.find(".train-settings", ScrollPane.class).setVvalue(0));
    studio.snapshot(prefix + "3-pictures");
    train.segment("#train-source", 0);
    train.segment("#train-which", 0);
    train.choose("#train-method", "WEIGHTS");
    train.type("#train-features", "");
    train.number("#train-batch", null);
    train.number("#train-min-snr", null);
    train.estimated();
  }

  private void failedAndInterrupted(StudioHarness studio, TrainHarness train, String prefix) {
    train.press("#train-compare");
    studio.compared();
    studio.snapshot(prefix + "9-compared");
    studio.click("#nav-train");
    train.press("#train-again");
    train.estimated();
    engine.interrupt(TrainingRequest.usual("demo", "w3-g32", folder.resolve("one"),
        Length.ofMinutes(15)));
    FakeTraining failing = train.start(engine);
    failing.begin();
    failing.learn(89);
    failing.fail(FAILED);
    Fx.await("failed", () -> studio.visible("#train-failure"));
    Fx.await("offered", () -> studio.visible("#train-interrupted"));
    train.estimated();
    studio.snapshot(prefix + "10-failed");
    Fx.run(() -> {
      studio.stage().setWidth(1200);
      studio.stage().setHeight(700);
    });
    studio.snapshot(prefix + "11-small");
  }
}

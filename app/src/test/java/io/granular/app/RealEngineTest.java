package io.granular.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.app.harness.Fx;
import io.granular.app.session.Sampling;
import io.granular.app.session.Session;
import io.granular.app.session.Side;
import io.granular.app.session.SideRun;
import io.granular.app.settings.ThemeChoice;
import io.granular.engine.studio.local.AppFolders;
import io.granular.engine.studio.local.LocalEngine;
import io.granular.engine.studio.local.ModelLibrary;
import io.granular.engine.studio.local.WorkerSettings;
import java.nio.file.Path;
import java.time.Duration;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first comparison on the bundled model, with real workers. */
class RealEngineTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @TempDir
  Path folder;

  @Test
  void aNewcomersFirstComparison() {
    AppFolders folders = new AppFolders(folder.resolve("data"), folder.resolve("engine-cache"));
    LocalEngine engine =
        new LocalEngine(new ModelLibrary(), WorkerSettings.standard(folders), folders);
    try (StudioHarness studio = new StudioHarness(engine, folder)) {
      Session session = studio.session();
      Fx.await("the model and both plans", PATIENCE, studio::ready);
      studio.theme(ThemeChoice.DARK);
      Fx.run(() -> session.side(Side.A)
          .settings()
          .set(session.side(Side.A)
              .settings()
              .get()
              .withSampling(Sampling.MODEL_DEFAULT.withSteps(6))));
      assertThat(session.prompt().get()).isNotBlank();

      studio.press(KeyCode.F5);
      Fx.await("both pictures", PATIENCE,
          () -> session.upToDate(Side.A) && session.upToDate(Side.B) || studio.visible(".notice"));
      assertThat(studio.texts(".notice .label")).isEmpty();
      studio.compared();
      studio.pointAtStage(0.6, 0.5);
      studio.snapshot("real-comparison");

      SideRun fp32 = Fx.get(() -> session.side(Side.A).shown().get());
      SideRun int8 = Fx.get(() -> session.side(Side.B).shown().get());
      assertThat(int8.result().bytes().total()).isLessThan(fp32.result().bytes().total() / 2);
      // PNDM evaluates the network once more than it has steps.
      assertThat(fp32.result().previews()).hasSize(7);
      assertThat(studio.texts("#score-psnr").getFirst()).matches("\\d+\\.\\d\u00a0dB");
    }
  }
}

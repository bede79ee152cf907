package io.granular.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.app.fake.FakeEngine;
import io.granular.app.harness.Fx;
import io.granular.app.session.Sampling;
import io.granular.app.session.Session;
import io.granular.app.session.Side;
import io.granular.app.settings.ThemeChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoreTest {
  @TempDir
  Path folder;

  @Test
  void theLastSessionComesBack() {
    try (StudioHarness studio = new StudioHarness(new FakeEngine(), folder).opened()) {
      Fx.run(() -> {
        Session session = studio.session();
        studio.studio().open("/models/harbour");
        session.prompt().set("grinning face");
        session.negative().set("blue");
        session.seed().set(7);
        session.threads().set(3);
        session.linked().set(false);
        session.side(Side.B)
            .settings()
            .set(session.side(Side.B)
                .settings()
                .get()
                .withRecipe("bf16")
                .withSampling(Sampling.MODEL_DEFAULT.withSampler("heun").withSteps(9)));
        studio.studio().theme().choice().set(ThemeChoice.LIGHT);
        studio.stage().setWidth(1300);
        studio.stage().setHeight(800);
      });
      Fx.settle();
      Fx.run(() -> studio.studio().window().setCardsWidth(420));
      Fx.await("opened", () -> studio.session().model().get().equals("/models/harbour"));
      Fx.settle();
    }
    try (StudioHarness studio = new StudioHarness(new FakeEngine(), folder).opened()) {
      Session session = studio.session();
      Fx.await("opened", () -> session.model().get().equals("/models/harbour"));
      Fx.run(() -> {
        assertThat(session.prompt().get()).isEqualTo("grinning face");
        assertThat(session.negative().get()).isEqualTo("blue");
        assertThat(session.seed().get()).isEqualTo(7);
        assertThat(session.threads().get()).isEqualTo(3);
        assertThat(session.linked().get()).isFalse();
        assertThat(session.side(Side.A).settings().get().recipe()).isEqualTo("fp32");
        assertThat(session.side(Side.B).settings().get().recipe()).isEqualTo("bf16");
        assertThat(session.side(Side.B).settings().get().sampling())
            .isEqualTo(Sampling.MODEL_DEFAULT.withSampler("heun").withSteps(9));
        assertThat(studio.studio().theme().choice().get()).isEqualTo(ThemeChoice.LIGHT);
        assertThat(studio.stage().getWidth()).isEqualTo(1300);
        assertThat(studio.stage().getHeight()).isEqualTo(800);
        assertThat(studio.studio().window().cardsWidth()).isCloseTo(420, within(2));
      });
      assertThat(studio.texts(".model-chooser .strong")).contains("harbour");
    }
  }

  @Test
  void aDamagedFileIsPutAsideAndSaidSo() throws IOException {
    Path config = Files.createDirectories(folder.resolve("config"));
    Files.writeString(config.resolve("session.json"), "{\"prompt\": ");
    try (StudioHarness studio = new StudioHarness(new FakeEngine(), folder).opened()) {
      assertThat(studio.texts(".notice .title"))
          .contains("The last session could not be restored");
      assertThat(config.resolve("session.json.broken")).hasContent("{\"prompt\": ");
    }
    assertThat(config.resolve("session.json")).isNotEmptyFile();
  }

  private static org.assertj.core.data.Offset<Double> within(double distance) {
    return org.assertj.core.data.Offset.offset(distance);
  }
}

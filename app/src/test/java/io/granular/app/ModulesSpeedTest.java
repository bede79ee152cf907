package io.granular.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.app.fake.FakeEngine;
import io.granular.app.harness.Fx;
import io.granular.app.session.Side;
import java.nio.file.Path;
import javafx.scene.control.TextField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model as large as SDXL: nothing is made anew that need not be. */
class ModulesSpeedTest {
  private static final System.Logger LOG = System.getLogger(ModulesSpeedTest.class.getName());

  @TempDir
  Path folder;

  @Test
  void rowsStayWhileALargeModelIsEditedAndSearched() {
    try (StudioHarness studio = new StudioHarness(new FakeEngine(), folder).opened()) {
      Fx.run(() -> studio.studio().open("/models/large"));
      Fx.await("opened", () -> studio.session().model().get().equals("/models/large"));
      studio.opened();
      ModulesHarness modules = new ModulesHarness(studio).open(Side.B);
      assertThat(modules.leaves()).isGreaterThan(1_500);
      Object before = Fx.get(() -> modules.table().getRoot().getChildren().get(1).getValue());

      long start = System.nanoTime();
      for (String text : new String[]{"a", "at", "att", "attn", "attn1", "attn1 to", ""}) {
        Fx.run(() -> studio.find("#module-search", TextField.class).setText(text));
      }
      long search = System.nanoTime() - start;
      modules.select("unet");
      start = System.nanoTime();
      modules.choose("edit-weights", "int4");
      long edit = System.nanoTime() - start;
      modules.planned(Side.B, "edited");
      LOG.log(System.Logger.Level.INFO, "a search {0} ms, an edit of everything {1} ms",
          search / 7_000_000, edit / 1_000_000);
      Fx.settle();
      assertThat(Fx.get(() -> modules.table().getRoot().getChildren().get(1).getValue()))
          .isSameAs(before);
    }
  }
}

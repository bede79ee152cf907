package io.granular.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.app.fake.FakeEngine;
import io.granular.app.fake.FakeSaves;
import io.granular.app.harness.Fx;
import io.granular.app.session.Side;
import io.granular.app.settings.ThemeChoice;
import io.granular.engine.run.RunProgress.Stage;
import io.granular.engine.save.SaveFormat;
import io.granular.engine.save.SaveRequest;
import io.granular.engine.studio.SaveOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Labeled;
import javafx.scene.control.RadioButton;
import javafx.scene.control.TextField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Saving a side's quantized model. */
class SaveDialogTest {
  private static final SaveOutcome.Failed FULL = new SaveOutcome.Failed(
      "The model cannot be written to /data/demo-w8 (No space left on device).",
      "Make room, or save to another disk.", "INFO opened demo\nERROR IOException");

  @TempDir
  Path folder;

  private final FakeEngine engine = new FakeEngine();
  private final FakeSaves saves = engine.saves();

  @Test
  void aSideIsSavedCheckedAndOpened() {
    try (StudioHarness studio = new StudioHarness(engine, folder).opened()) {
      List<Path> shown = new ArrayList<>();
      Fx.run(() -> studio.studio().folderViewer().set(shown::add));
      open(studio);
      Fx.await("the estimate", () -> has(studio, "#save-estimate"));
      assertThat(text(studio, "#save-estimate")).isEqualTo("About 26.1\u00a0MB (estimated)");
      Path target = folder.resolve("saved");
      path(studio, target.toString());
      studio.popupClick("#save-start");
      Fx.await("asked", () -> saves.requests().size() == 1);
      SaveRequest request = saves.requests().getFirst();
      assertThat(request.recipe()).isEqualTo("w8a8-dynamic");
      assertThat(request.to()).isEqualTo(target);
      assertThat(request.format()).isEqualTo(SaveFormat.SAFETENSORS);
      assertThat(request.overwrite()).isFalse();
      saves.tell(Stage.WRITING, 12, 96);
      Fx.await("counted", () -> text(studio, "#save-stage").equals("Module 12 of 96"));
      assertThat(text(studio, "#save-left")).isEqualTo("7.0\u00a0s left");
      saves.tell(Stage.STEPS, 1, 2);
      Fx.await("checking", () -> text(studio, "#save-stage").equals("Checking: step 1 of 2"));
      saves.finish(null);
      Fx.await("done", () -> has(studio, "#save-check"));
      assertThat(text(studio, "#save-check")).contains("bit for bit", "2 steps");
      studio.popupClick("#save-folder");
      assertThat(shown).containsExactly(target);
      studio.popupClick("#save-model-open");
      Fx.await("opened",
          () -> studio.session().model().get().equals(target.toString()));
      studio.click("#nav-jobs");
      assertThat(studio.texts(".job-card .card-title"))
          .contains("Save model: Quantized safetensors");
    }
  }

  @Test
  void whatAFormatCannotHoldIsNamedAndNotSaved() {
    try (StudioHarness studio = new StudioHarness(engine, folder).opened()) {
      open(studio);
      format(studio, "gguf");
      Fx.await("refused", () -> has(studio, "#save-refused"));
      assertThat(text(studio, "#save-refused")).startsWith("5 modules");
      assertThat(Fx.get(() -> studio.inPopup("#save-fit").lookupAll(".save-module").size()))
          .isEqualTo(3);
      assertThat(text(studio, ".save-nearest")).contains("gguf-q8_0");
      assertThat(text(studio, "#save-more")).isEqualTo("and 2 modules more");
      assertThat(Fx.get(() -> field(studio).getText())).endsWith("-w8a8-dynamic.gguf");
      assertThat(disabled(studio)).isTrue();
      Fx.run(() -> ((CheckBox) studio.inPopup("#save-convolutions")).fire());
      Fx.await("fits", () -> has(studio, "#save-estimate"));
      assertThat(disabled(studio)).isFalse();
      assertThat(saves.fits().getLast().options().keepConvolutions()).isTrue();
      format(studio, "torchscript");
      Fx.await("not known", () -> has(studio, ".note.error"));
      assertThat(disabled(studio)).isTrue();
      assertThat(Fx.get(() -> field(studio).getText())).endsWith("-w8a8-dynamic");
      studio.popupClose();
    }
  }

  @Test
  void nothingIsReplacedUnasked() throws IOException {
    Path there = Files.createDirectories(folder.resolve("there"));
    Files.writeString(there.resolve("mine.txt"), "mine");
    try (StudioHarness studio = new StudioHarness(engine, folder).opened()) {
      open(studio);
      Fx.await("the estimate", () -> has(studio, "#save-estimate"));
      path(studio, there.toString());
      Fx.await("seen", () -> studio.inPopup("#save-replace").isVisible());
      assertThat(disabled(studio)).isTrue();
      Fx.run(() -> ((CheckBox) studio.inPopup("#save-replace")).fire());
      studio.popupClick("#save-start");
      Fx.await("asked", () -> saves.requests().size() == 1);
      assertThat(saves.requests().getFirst().overwrite()).isTrue();
      studio.popupClick("#save-cancel");
      Fx.await("cancelled", saves::ended);
      Fx.await("back", () -> has(studio, "#save-start"));
      studio.popupClose();
    }
  }

  @Test
  void aFailureSaysWhatToDoAndIsListed() {
    try (StudioHarness studio = new StudioHarness(engine, folder).opened()) {
      open(studio);
      Fx.await("the estimate", () -> has(studio, "#save-estimate"));
      path(studio, folder.resolve("full").toString());
      studio.popupClick("#save-start");
      Fx.await("asked", () -> saves.requests().size() == 1);
      saves.fail(FULL);
      Fx.await("failed", () -> has(studio, "#save-failure"));
      assertThat(text(studio, "#save-failure")).isEqualTo(FULL.message());
      assertThat(text(studio, "#save-remedy")).isEqualTo(FULL.remedy());
      studio.popupClick("#save-back");
      Fx.await("back", () -> has(studio, "#save-start"));
      studio.popupClick("#save-start");
      Fx.await("asked again", () -> saves.requests().size() == 2);
      studio.popupClose();
      studio.click("#nav-jobs");
      saves.tell(Stage.WRITING, 12, 96);
      Fx.await("counted",
          () -> studio.texts(".job-card .badge.running").equals(List.of("12 of 96")));
      saves.finish(41.27);
      Fx.await("told", () -> studio.texts(".notice .title").contains("Model saved"));
      assertThat(studio.texts(".job-card .note")).containsExactly(FULL.message());
    }
  }

  @ParameterizedTest
  @CsvSource({"DARK,en", "LIGHT,ru"})
  void pictures(ThemeChoice theme, String language) {
    String prefix = "save-" + theme.key() + "-" + language + "-";
    try (StudioHarness studio =
        new StudioHarness(engine, folder, Locale.of(language)).opened()) {
      studio.theme(theme);
      studio.snapshot(prefix + "0-card");
      open(studio);
      Fx.await("the estimate", () -> has(studio, "#save-estimate"));
      studio.popupSnapshot(prefix + "1-choice");
      open(studio);
      format(studio, "gguf");
      Fx.await("refused", () -> has(studio, "#save-refused"));
      studio.popupSnapshot(prefix + "2-refused");
      open(studio);
      format(studio, "safetensors");
      Fx.await("the estimate", () -> has(studio, "#save-estimate"));
      path(studio, folder.resolve("saved").toString());
      studio.popupClick("#save-start");
      Fx.await("asked", () -> saves.requests().size() == 1);
      saves.tell(Stage.WRITING, 12, 96);
      Fx.await("counted", () -> text(studio, "#save-stage").contains("12"));
      studio.popupSnapshot(prefix + "3-saving");
      open(studio);
      saves.finish(41.27);
      Fx.await("done", () -> has(studio, "#save-check"));
      studio.popupSnapshot(prefix + "4-done");
      open(studio);
      studio.popupClick("#save-again");
      studio.popupClick("#save-start");
      Fx.await("asked again", () -> saves.requests().size() == 2);
      saves.fail(FULL);
      Fx.await("failed", () -> has(studio, "#save-failure"));
      studio.popupSnapshot(prefix + "5-failed");
      assertThat(saves.ended()).isTrue();
    }
  }

  private static void open(StudioHarness studio) {
    Fx.run(() -> studio.find("#save-model-" + Side.B, Button.class).fire());
    Fx.settle();
  }

  private static void format(StudioHarness studio, String id) {
    Fx.run(() -> ((RadioButton) studio.inPopup("#save-format-" + id)).fire());
    Fx.settle();
  }

  private static void path(StudioHarness studio, String path) {
    Fx.run(() -> field(studio).setText(path));
    Fx.settle();
  }

  private static TextField field(StudioHarness studio) {
    return (TextField) studio.inPopup("#save-path");
  }

  private static boolean disabled(StudioHarness studio) {
    Fx.settle();
    return Fx.get(() -> studio.inPopup("#save-start").isDisabled());
  }

  private static boolean has(StudioHarness studio, String selector) {
    Node save = studio.inPopup(".save-panel");
    return save.lookup(selector) != null;
  }

  private static String text(StudioHarness studio, String selector) {
    return Fx.get(() -> ((Labeled) studio.inPopup(selector)).getText());
  }
}

package io.granular.app.save;

import atlantafx.base.controls.Spacer;
import io.granular.app.control.Icons;
import io.granular.app.control.StatTile;
import io.granular.app.control.StatTile.Tone;
import io.granular.app.text.Numbers;
import io.granular.app.text.Texts;
import io.granular.engine.save.SaveFormat;
import io.granular.engine.save.SaveOptions.GgufLayout;
import io.granular.engine.save.SaveRequest;
import io.granular.engine.save.SaveResult;
import java.nio.file.Path;
import java.util.Objects;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;

/** What was saved, and what came out when it was opened again. */
final class SavedPane extends VBox {
  private final Texts texts;
  private final Label check = new Label();
  private final StatTile size = new StatTile();
  private final StatTile time = new StatTile();
  private final TextField place = new TextField();
  private final VBox notes = new VBox(4);
  private final Button folder;
  private final Button model;
  private Runnable close = () -> {};

  SavedPane(Saving saving, Texts texts) {
    super(12);
    this.texts = texts;
    check.setId("save-check");
    check.setWrapText(true);
    check.setMinHeight(USE_PREF_SIZE);
    check.setMaxWidth(Double.MAX_VALUE);
    check.getStyleClass().addAll("note", "plain");
    place.setId("save-place");
    place.setEditable(false);
    place.setAccessibleText(texts.get("save.to"));
    folder = button("save-folder", "save.folder", Feather.FOLDER);
    model = button("save-model-open", "save.model", Feather.BOX);
    model.managedProperty().bind(model.visibleProperty());
    Button again = button("save-again", "save.again", Feather.REFRESH_CW);
    again.setOnAction(_ -> saving.again());
    folder.setOnAction(_ -> {
      if (saving.phase().get() instanceof SavePhase.Done(_, var result)) {
        saving.uses().folder().accept(folder(result));
      }
    });
    model.setOnAction(_ -> {
      if (saving.phase().get() instanceof SavePhase.Done(_, var result)) {
        close.run();
        saving.uses().model().accept(result.path().toString());
      }
    });
    getChildren().addAll(check, new HBox(8, size, time), place, notes,
        new HBox(8, folder, model, new Spacer(), again));
  }

  void closeWith(Runnable action) {
    close = action;
  }

  void focusFolder() {
    folder.requestFocus();
  }

  void show(SavePhase.Done done) {
    SaveResult result = done.result();
    Numbers numbers = texts.numbers();
    check.setText(words(result.check()));
    check.setGraphic(Icons.of(result.check().identical() ? Feather.CHECK : Feather.ACTIVITY));
    size.show(numbers.bytes(result.bytes()), texts.format("save.size", result.files().size(),
        numbers.bytes(result.estimatedBytes())), Tone.NEUTRAL, texts.get("save.size.hint"));
    time.show(numbers.seconds(result.seconds()),
        texts.format("save.time", numbers.seconds(result.check().seconds())), Tone.NEUTRAL,
        texts.get("save.time.hint"));
    place.setText(result.path().toString());
    notes.getChildren().setAll(result.notes().stream().map(Captions::muted).toList());
    notes.setManaged(!result.notes().isEmpty());
    model.setVisible(opens(done.request()));
  }

  private String words(SaveResult.Check check) {
    Numbers numbers = texts.numbers();
    Double psnr = check.psnr();
    String came = check.identical() ? texts.get("save.check.identical")
        : psnr == null
            ? texts.format("save.check.latents", numbers.scientific(check.largest()))
            : texts.format("save.check.psnr", numbers.fixed(psnr, 2),
                numbers.scientific(check.largest()));
    return came + "\n" + texts.format("save.check.how", check.steps(), check.width(),
        check.height(), String.valueOf(check.seed()));
  }

  /** Whether the studio opens it: graphs for other programs and a U-Net alone are no models here. */
  private static boolean opens(SaveRequest request) {
    return switch (request.format()) {
      case SAFETENSORS, DIFFUSERS -> true;
      case GGUF -> request.options().gguf() == GgufLayout.FULL;
      case ONNX, TORCHSCRIPT -> false;
    };
  }

  private static Path folder(SaveResult result) {
    SaveFormat format = result.format();
    return format.folder() ? result.path()
        : Objects.requireNonNullElse(result.path().toAbsolutePath().getParent(), result.path());
  }

  private Button button(String id, String key, Feather icon) {
    Button button = new Button(texts.get(key), Icons.of(icon));
    button.setId(id);
    button.setMinWidth(USE_PREF_SIZE);
    return button;
  }
}

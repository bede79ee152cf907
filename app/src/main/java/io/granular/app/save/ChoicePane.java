package io.granular.app.save;

import atlantafx.base.controls.Spacer;
import io.granular.app.control.Icons;
import io.granular.app.fx.Listening;
import io.granular.app.text.Texts;
import io.granular.engine.save.SaveFormat;
import java.io.File;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import javafx.beans.property.BooleanProperty;
import javafx.beans.value.ObservableValue;
import javafx.geometry.Insets;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Label;
import javafx.scene.control.RadioButton;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleGroup;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import javafx.stage.DirectoryChooser;
import javafx.stage.FileChooser;
import org.kordamp.ikonli.feather.Feather;

/** Which format, what it can hold, and where to. */
final class ChoicePane extends VBox {
  private static final double INDENT = 26;

  private final Saving saving;
  private final Wish wish;
  private final Texts texts;
  private final Map<SaveFormat, RadioButton> formats = new EnumMap<>(SaveFormat.class);
  private final TextField path = new TextField();
  private final Button save = new Button();

  ChoicePane(Saving saving, Texts texts) {
    super(12);
    this.saving = saving;
    this.texts = texts;
    wish = saving.wish();
    save.setText(texts.get("save.start"));
    save.setGraphic(Icons.of(Feather.SAVE));
    save.setId("save-start");
    save.getStyleClass().add("accent");
    save.setMinWidth(USE_PREF_SIZE);
    save.setDefaultButton(true);
    save.setOnAction(_ -> saving.start());
    HBox end = new HBox(12, replace(), new Spacer(), save);
    end.setAlignment(Pos.CENTER_LEFT);
    getChildren().addAll(formats(), new FitPane(saving.fit(), texts), place(), end);
    ObservableValue<Boolean> shown = sceneProperty().map(scene -> scene != null).orElse(false);
    Listening.follow(this::update, saving.fit().when(shown), wish.path().when(shown),
        wish.taken().when(shown), wish.replace().when(shown));
  }

  void focusFormat() {
    Objects.requireNonNull(formats.get(wish.format().get())).requestFocus();
  }

  private VBox formats() {
    ToggleGroup group = new ToggleGroup();
    VBox list = new VBox(6);
    list.setId("save-formats");
    for (SaveFormat format : SaveFormat.values()) {
      String key = "save.format." + format.id();
      RadioButton button = new RadioButton(texts.get(key));
      button.setId("save-format-" + format.id());
      button.setToggleGroup(group);
      button.setSelected(format == wish.format().get());
      button.setAccessibleText(texts.get(key) + ". " + texts.get(key + ".readers"));
      button.selectedProperty().subscribe((_, now) -> {
        if (now) {
          wish.format().set(format);
        }
      });
      formats.put(format, button);
      Label readers = Captions.muted(texts.get(key + ".readers"));
      readers.setPadding(new Insets(0, 0, 0, INDENT));
      readers.setOnMouseClicked(_ -> button.setSelected(true));
      list.getChildren().add(new VBox(button, readers));
      switch (format) {
        case GGUF -> list.getChildren()
            .addAll(option("save-unet", "save.gguf.unet", wish.unetOnly(), format),
                option("save-convolutions", "save.gguf.convolutions",
                    wish.keepConvolutions(), format));
        case ONNX -> list.getChildren()
            .add(option("save-cache", "save.onnx.cache", wish.calibrationCache(), format));
        case SAFETENSORS, DIFFUSERS, TORCHSCRIPT -> {}
      }
    }
    return list;
  }

  /** A choice that only one format has. */
  private CheckBox option(String id, String key, BooleanProperty value, SaveFormat of) {
    CheckBox box = new CheckBox(texts.get(key));
    box.setId(id);
    box.setWrapText(true);
    box.setPadding(new Insets(0, 0, 0, INDENT));
    box.setSelected(value.get());
    box.setOnAction(_ -> value.set(box.isSelected()));
    box.visibleProperty().bind(wish.format().isEqualTo(of));
    box.managedProperty().bind(box.visibleProperty());
    return box;
  }

  private HBox place() {
    Label to = new Label(texts.get("save.to"));
    to.getStyleClass().add("muted");
    to.setMinWidth(USE_PREF_SIZE);
    to.setLabelFor(path);
    path.setId("save-path");
    path.setAccessibleText(texts.get("save.to"));
    path.textProperty().subscribe((_, now) -> wish.path().set(now));
    HBox.setHgrow(path, Priority.ALWAYS);
    Button browse = Icons.button(new Button(), Feather.FOLDER, texts.get("save.browse"));
    browse.setId("save-browse");
    browse.setOnAction(_ -> browse());
    HBox place = new HBox(8, to, path, browse);
    place.setAlignment(Pos.CENTER_LEFT);
    return place;
  }

  /** Nothing is replaced unless a person says so. */
  private CheckBox replace() {
    CheckBox replace = new CheckBox(texts.get("save.replace"));
    replace.setId("save-replace");
    replace.setOnAction(_ -> wish.replace().set(replace.isSelected()));
    ObservableValue<Boolean> shown = sceneProperty().map(scene -> scene != null).orElse(false);
    Listening.follow(() -> {
      replace.setVisible(wish.taken().get());
      replace.setSelected(wish.replace().get());
    }, wish.taken().when(shown), wish.replace().when(shown));
    return replace;
  }

  private void browse() {
    SaveFormat format = wish.format().get();
    Path now = Path.of(path.getText().strip());
    File parent = now.toAbsolutePath().getParent() == null ? null
        : now.toAbsolutePath().getParent().toFile();
    File start = parent != null && parent.isDirectory() ? parent : null;
    if (format.folder()) {
      DirectoryChooser chooser = new DirectoryChooser();
      chooser.setTitle(texts.get("save.browse"));
      chooser.setInitialDirectory(start);
      File chosen = chooser.showDialog(getScene().getWindow());
      if (chosen != null) {
        wish.path().set(chosen.toPath().resolve(now.getFileName()).toString());
      }
    } else {
      FileChooser chooser = new FileChooser();
      chooser.setTitle(texts.get("save.browse"));
      chooser.setInitialDirectory(start);
      chooser.setInitialFileName(String.valueOf(now.getFileName()));
      chooser.getExtensionFilters()
          .add(new FileChooser.ExtensionFilter(texts.get("save.format." + format.id()),
              "*" + format.extension()));
      File chosen = chooser.showSaveDialog(getScene().getWindow());
      if (chosen != null) {
        wish.path().set(Place.fitting(chosen.toString(), format));
      }
    }
  }

  private void update() {
    if (!path.getText().equals(wish.path().get())) {
      path.setText(wish.path().get());
    }
    save.setDisable(!saving.ready());
  }
}

package io.granular.app.calibrate;

import io.granular.app.calibrate.Calibrating.Source;
import io.granular.app.control.ChoiceBox;
import io.granular.app.control.Icons;
import io.granular.app.control.NumberField;
import io.granular.app.control.Segmented;
import io.granular.app.edit.Common;
import io.granular.app.edit.Field;
import io.granular.app.edit.Fields;
import io.granular.app.fx.Listening;
import io.granular.app.jobs.WorkBar;
import io.granular.app.text.Texts;
import java.io.File;
import java.util.List;
import javafx.geometry.HPos;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import javafx.stage.DirectoryChooser;
import javafx.stage.FileChooser;
import org.kordamp.ikonli.feather.Feather;

/** What to calibrate a side on, and how far it is. */
final class CalibrationPanel extends VBox {
  private final Calibrating calibrating;
  private final Texts texts;
  private final Fields fields;
  private final Button start = new Button();
  private final TextField path = new TextField();
  private final ChoiceBox observer;

  CalibrationPanel(Calibrating calibrating, Texts texts) {
    super(12);
    this.calibrating = calibrating;
    this.texts = texts;
    fields = new Fields(texts);
    getStyleClass().add("calibration-panel");
    Label title = new Label(
        texts.format("calibrate.title", calibrating.side().side().name()));
    title.getStyleClass().add("card-title");
    observer = new ChoiceBox(value -> {
      if (value != null) {
        calibrating.setObserver(value);
      }
    });
    observer.setId("calibrate-observer");
    observer.setAccessibleText(fields.name(Field.OBSERVER));
    start.setText(texts.get("calibrate.start"));
    start.setId("calibrate-start");
    start.getStyleClass().add("accent");
    start.setMinWidth(USE_PREF_SIZE);
    start.setOnAction(_ -> calibrating.start());
    start.visibleProperty().bind(calibrating.work().running().not());
    start.managedProperty().bind(start.visibleProperty());
    Label result = muted("");
    result.setId("calibrate-result");
    result.textProperty().bind(calibrating.result());
    WorkBar bar = new WorkBar(calibrating.work(), "calibrate-cancel",
        texts.get("calibrate.progress"), texts);
    HBox.setHgrow(bar, Priority.ALWAYS);
    HBox end = new HBox(12, start, bar, result);
    end.setAlignment(Pos.CENTER_LEFT);
    end.setMinHeight(32);
    getChildren().addAll(title, muted(texts.get("calibrate.hint")), rows(), end);
    Listening.follow(this::update, calibrating.source(), calibrating.path(),
        calibrating.editor().draft());
  }

  private GridPane rows() {
    GridPane rows = new GridPane();
    rows.getStyleClass().add("setting-rows");
    ColumnConstraints names = new ColumnConstraints();
    names.setMinWidth(USE_PREF_SIZE);
    ColumnConstraints values = new ColumnConstraints();
    values.setHgrow(Priority.ALWAYS);
    values.setHalignment(HPos.RIGHT);
    rows.getColumnConstraints().setAll(names, values);
    Segmented<Source> source = new Segmented<>(List.of(Source.values()),
        each -> texts.get(key(each)), each -> texts.get(key(each) + ".hint"));
    source.setId("calibrate-source");
    source.getStyleClass().add("small");
    source.value().bindBidirectional(calibrating.source());
    NumberField samples = new NumberField(Calibrating.LEAST, Calibrating.MOST, 16,
        value -> texts.numbers().fixed(value, 0));
    samples.setId("calibrate-samples");
    samples.setFallback(Calibrating.USUAL);
    samples.setAccessibleText(texts.get("calibrate.samples"));
    samples.value().bindBidirectional(calibrating.samples());
    row(rows, texts.get("calibrate.source"), source);
    rows.add(place(), 0, rows.getRowCount(), 2, 1);
    row(rows, texts.get("calibrate.samples"), samples);
    row(rows, fields.name(Field.OBSERVER), observer);
    CheckBox start = new CheckBox(texts.get("calibrate.exclude"));
    start.setId("calibrate-exclude");
    start.setWrapText(true);
    start.selectedProperty().bindBidirectional(calibrating.withoutStart());
    rows.add(start, 0, rows.getRowCount(), 2, 1);
    GridPane.setHalignment(start, HPos.LEFT);
    return rows;
  }

  private static void row(GridPane rows, String name, Node value) {
    Label label = new Label(name);
    label.getStyleClass().add("muted");
    label.setLabelFor(value);
    rows.addRow(rows.getRowCount(), label, value);
  }

  /** Where the prompts or pictures are. */
  private Node place() {
    path.setId("calibrate-path");
    path.textProperty().bindBidirectional(calibrating.path());
    HBox.setHgrow(path, Priority.ALWAYS);
    Button browse =
        Icons.button(new Button(), Feather.FOLDER, texts.get("calibrate.browse"));
    browse.setOnAction(_ -> browse());
    HBox place = new HBox(4, path, browse);
    place.setAlignment(Pos.CENTER_LEFT);
    place.visibleProperty().bind(calibrating.source().map(from -> from != Source.USUAL));
    place.managedProperty().bind(place.visibleProperty());
    return place;
  }

  private void browse() {
    File chosen;
    if (calibrating.source().get() == Source.IMAGES) {
      DirectoryChooser chooser = new DirectoryChooser();
      chooser.setTitle(texts.get("calibrate.images.path"));
      chosen = chooser.showDialog(getScene().getWindow());
    } else {
      FileChooser chooser = new FileChooser();
      chooser.setTitle(texts.get("calibrate.prompts.path"));
      chooser.getExtensionFilters().add(new FileChooser.ExtensionFilter("TXT", "*.txt"));
      chosen = chooser.showOpenDialog(getScene().getWindow());
    }
    if (chosen != null) {
      calibrating.path().set(chosen.toString());
    }
  }

  private void update() {
    boolean usual = calibrating.source().get() == Source.USUAL;
    path.setPromptText(texts.get(calibrating.source().get() == Source.IMAGES
        ? "calibrate.images.path"
        : "calibrate.prompts.path"));
    start.setDisable(!usual && calibrating.path().get().isBlank());
    Common common = calibrating.observer();
    var choices = fields.choices(Field.OBSERVER, calibrating.session().recipes());
    observer.setDisable(common.value().isEmpty());
    if (common.mixed()) {
      observer.showMixed(choices, texts.get("value.mixed"));
    } else {
      observer.show(choices, common.value());
    }
    observer.setInherited(!common.overridden());
  }

  private static String key(Source source) {
    return switch (source) {
      case USUAL -> "calibrate.usual";
      case PROMPTS -> "calibrate.prompts";
      case IMAGES -> "calibrate.images";
    };
  }

  private static Label muted(String text) {
    Label label = new Label(text);
    label.getStyleClass().addAll("muted", "caption");
    label.setWrapText(true);
    label.setMinHeight(USE_PREF_SIZE);
    return label;
  }
}

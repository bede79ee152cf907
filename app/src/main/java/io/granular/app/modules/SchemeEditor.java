package io.granular.app.modules;

import io.granular.app.control.Choice;
import io.granular.app.control.ChoiceBox;
import io.granular.app.control.Segmented;
import io.granular.app.edit.Common;
import io.granular.app.edit.Draft;
import io.granular.app.edit.Field;
import io.granular.app.fx.Listening;
import io.granular.app.session.Side;
import io.granular.app.text.Texts;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import javafx.css.PseudoClass;
import javafx.geometry.HPos;
import javafx.geometry.Insets;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.Priority;

/** The parts of the scheme of everything selected, each to be chosen anew for all of it. */
final class SchemeEditor extends GridPane {
  private static final PseudoClass OVERRIDDEN = PseudoClass.getPseudoClass("overridden");

  private final ModulesModel model;
  private final ModuleWords words;
  private final Texts texts;
  private final Map<Field, ChoiceBox> boxes = new EnumMap<>(Field.class);
  private final Segmented<String> method;
  private final Button reset;
  private boolean showing;

  SchemeEditor(ModulesModel model, ModuleWords words) {
    this.model = model;
    this.words = words;
    texts = words.texts();
    getStyleClass().addAll("setting-rows", "scheme-editor");
    ColumnConstraints names = new ColumnConstraints();
    names.setMinWidth(USE_PREF_SIZE);
    ColumnConstraints values = new ColumnConstraints();
    values.setHgrow(Priority.ALWAYS);
    values.setHalignment(HPos.RIGHT);
    getColumnConstraints().setAll(names, values);
    method = new Segmented<>(Field.METHOD.choices(),
        value -> words.fields().value(Field.METHOD, value),
        value -> texts.get("value.method." + value + ".hint"));
    method.setId("edit-method");
    method.getStyleClass().add("small");
    method.value().subscribe(value -> {
      if (!showing && value != null) {
        model.edit(Field.METHOD, value);
      }
    });
    for (Field field : Field.values()) {
      if (field != Field.METHOD) {
        ChoiceBox box = new ChoiceBox(value -> {
          if (value != null) {
            model.edit(field, value);
          }
        });
        box.setId("edit-" + field.key());
        box.setAccessibleText(words.fields().name(field));
        boxes.put(field, box);
      }
    }
    reset = new Button(texts.get("modules.reset"));
    reset.setId("edit-reset");
    reset.setMinWidth(USE_PREF_SIZE);
    reset.getStyleClass().add("small");
    reset.setOnAction(_ -> model.reset());
    for (Side side : Side.values()) {
      Listening.onChange(this::update, model.editors().of(side).draft());
    }
    Listening.follow(this::update, model.selection(), model.side());
    model.session().recipes().subscribe(this::update);
  }

  private void update() {
    getChildren().clear();
    Draft draft = model.editor().draft().get();
    List<String> modules = draft == null ? List.of()
        : ModulesModel.names(model.selection().get()).stream().filter(draft::editable).toList();
    if (draft == null || modules.isEmpty()) {
      if (!model.selection().get().isEmpty()) {
        add(note("modules.not-editable"), 0, 0, 2, 1);
      }
      return;
    }
    showing = true;
    for (Field field : Field.values()) {
      Common common = Common.of(draft, modules, field);
      if (!common.value().isEmpty()) {
        addRow(getRowCount(), name(field, common.overridden()), show(field, common));
      }
    }
    showing = false;
    if (modules.stream().anyMatch(draft::overridden)) {
      add(reset, 0, getRowCount(), 2, 1);
      setHalignment(reset, HPos.RIGHT);
      setMargin(reset, new Insets(8, 0, 0, 0));
    }
  }

  private Node show(Field field, Common common) {
    ChoiceBox box = boxes.get(field);
    if (box == null) {
      method.value().set(common.mixed() ? null : common.value());
      return method;
    }
    List<Choice> choices = words.fields().choices(field, model.session().recipes());
    if (common.mixed()) {
      box.showMixed(choices, texts.get("value.mixed"));
    } else {
      box.show(choices, common.value());
    }
    box.setInherited(!common.overridden());
    return box;
  }

  private Label name(Field field, boolean overridden) {
    Label label = new Label(words.fields().name(field));
    label.getStyleClass().add("muted");
    label.pseudoClassStateChanged(OVERRIDDEN, overridden);
    Node box = boxes.get(field);
    label.setLabelFor(box == null ? method : box);
    return label;
  }

  private Label note(String key) {
    Label label = new Label(texts.get(key));
    label.getStyleClass().add("muted");
    label.setWrapText(true);
    label.setMinHeight(USE_PREF_SIZE);
    return label;
  }
}

package io.granular.app.scheme;

import io.granular.app.control.Choice;
import io.granular.app.control.ChoiceBox;
import io.granular.app.edit.Common;
import io.granular.app.edit.Draft;
import io.granular.app.edit.Field;
import io.granular.app.edit.Fields;
import io.granular.app.edit.SideEditor;
import io.granular.app.fx.Listening;
import io.granular.app.session.PlanState;
import io.granular.app.session.Session;
import io.granular.app.session.SideModel;
import io.granular.app.text.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import javafx.geometry.HPos;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;

/**
 * The scheme of a side at a glance, each part a drop-down that changes it for all modules it speaks
 * of. What the recipe says is grey, what was changed is bold.
 */
final class SchemeRows extends GridPane {
  private static final List<String> FLOATS = List.of("fp32", "fp16", "bf16");

  private final SideEditor editor;
  private final SideModel side;
  private final Session session;
  private final Texts texts;
  private final Fields fields;
  private final List<Row> rows = new ArrayList<>();
  private final Row textEncoder;
  private final Row vae;
  private final Label state = new Label();

  SchemeRows(SideEditor editor, Session session, Texts texts) {
    this.editor = editor;
    this.session = session;
    this.texts = texts;
    side = editor.side();
    fields = new Fields(texts);
    getStyleClass().add("setting-rows");
    ColumnConstraints names = new ColumnConstraints();
    names.setMinWidth(USE_PREF_SIZE);
    ColumnConstraints values = new ColumnConstraints();
    values.setHgrow(Priority.ALWAYS);
    values.setHalignment(HPos.RIGHT);
    getColumnConstraints().setAll(names, values);
    for (Field field : Field.values()) {
      if (field != Field.ACTIVATION_BITS && field != Field.OBSERVER) {
        rows.add(new Row(field.key(), fields.name(field), field, QuickTargets::unet));
      }
    }
    textEncoder = new Row("text-encoder", texts.get("field.text-encoder"), Field.WEIGHTS,
        draft -> QuickTargets.editable(draft, "text_encoder"));
    vae = new Row("vae", texts.get("field.vae"), Field.WEIGHTS,
        draft -> QuickTargets.editable(draft, "vae"));
    textEncoder.box.setMaxWidth(USE_PREF_SIZE);
    vae.box.setMaxWidth(USE_PREF_SIZE);
    state.getStyleClass().add("plan-value");
    Listening.follow(this::update, editor.draft(), side.plan());
    session.recipes().subscribe(this::update);
  }

  private void update() {
    getChildren().clear();
    Draft draft = editor.draft().get();
    if (draft == null) {
      state.setText(texts.get(side.plan().get() instanceof PlanState.Failed
          ? "plan.failed"
          : "plan.pending"));
      add(texts.get("plan.weights"), state);
      return;
    }
    for (Row row : rows) {
      row.show(draft);
    }
    HBox others = new HBox(textEncoder.box, vae.box);
    others.setAlignment(Pos.CENTER_RIGHT);
    textEncoder.fill(draft);
    vae.fill(draft);
    add(texts.get("field.others"), others);
  }

  private void add(String text, Node value) {
    Label name = new Label(text);
    name.getStyleClass().add("muted");
    name.setLabelFor(value);
    addRow(getRowCount(), name, value);
  }

  private final class Row {
    private final String name;
    private final Field field;
    private final Function<Draft, List<String>> targets;
    private final ChoiceBox box;

    Row(String key, String name, Field field, Function<Draft, List<String>> targets) {
      this.name = name;
      this.field = field;
      this.targets = targets;
      box = new ChoiceBox(value -> {
        Draft draft = editor.draft().get();
        if (draft != null && value != null) {
          editor.edit(targets.apply(draft), field, value);
        }
      });
      box.setId(key + "-" + side.side());
      box.setAccessibleText(texts.format("setting.accessible", name, side.side().name()));
    }

    /** A part that the scheme does not have takes no room. */
    void show(Draft draft) {
      if (fill(draft)) {
        add(name, box);
      }
    }

    boolean fill(Draft draft) {
      List<String> modules = targets.apply(draft);
      Common common = Common.of(draft, modules, field);
      List<Choice> choices = fields.choices(field, session.recipes());
      if (modules.stream().noneMatch(module -> module.startsWith("unet"))) {
        choices = choices.stream().filter(SchemeRows::isFloat).toList();
      }
      if (common.mixed()) {
        box.showMixed(choices,
            texts.format("value.mostly", fields.value(field, common.value())));
        box.setTooltip(new Tooltip(breakdown(common)));
      } else {
        box.show(choices, common.value());
        box.setTooltip(null);
      }
      box.setInherited(!common.overridden());
      return !common.value().isEmpty();
    }

    /** {@code static ×120} for each value. */
    private String breakdown(Common common) {
      return common.counts()
          .entrySet()
          .stream()
          .map(count -> fields.value(field, count.getKey()) + "\u00a0×" + count.getValue())
          .collect(Collectors.joining("\n"));
    }
  }

  private static boolean isFloat(Choice choice) {
    return choice.id() != null && FLOATS.contains(choice.id());
  }
}

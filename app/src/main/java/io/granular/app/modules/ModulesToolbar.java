package io.granular.app.modules;

import atlantafx.base.controls.CustomTextField;
import io.granular.app.control.Icons;
import io.granular.app.fx.Listening;
import io.granular.app.text.Texts;
import java.util.EnumMap;
import java.util.Map;
import javafx.collections.SetChangeListener;
import javafx.geometry.Pos;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.FlowPane;
import org.kordamp.ikonli.feather.Feather;

/** Search and filters, with how many modules each finds. */
final class ModulesToolbar extends FlowPane {
  private final ModulesModel model;
  private final ModuleWords words;
  private final Texts texts;
  private final Map<ModuleFilter, ToggleButton> chips = new EnumMap<>(ModuleFilter.class);
  private final CustomTextField search = new CustomTextField();

  ModulesToolbar(ModulesModel model, ModuleWords words) {
    super(8, 8);
    this.model = model;
    this.words = words;
    texts = words.texts();
    getStyleClass().add("modules-filters");
    setAlignment(Pos.CENTER_LEFT);
    search.setId("module-search");
    search.setPromptText(texts.get("modules.search"));
    search.setAccessibleText(texts.get("modules.search"));
    search.setLeft(Icons.of(Feather.SEARCH));
    search.textProperty().bindBidirectional(model.search());
    search.setPrefWidth(224);
    getChildren().add(search);
    for (ModuleFilter filter : ModuleFilter.values()) {
      getChildren().add(chip(filter));
    }
    model.filters()
        .addListener((SetChangeListener<ModuleFilter>) _ -> chips.forEach(
            (filter, chip) -> chip.setSelected(model.filters().contains(filter))));
    Listening.follow(this::count, model.rows(), model.plan(), model.side());
  }

  /** Puts the cursor into the search. */
  void find() {
    search.requestFocus();
    search.selectAll();
  }

  /** Counts again; plans and edits change how many are what. */
  void count() {
    Map<ModuleFilter, Integer> counts = new EnumMap<>(ModuleFilter.class);
    model.rows().get().forEach(row -> row.forEachModule(module -> {
      RowState state = module.state().get();
      if (state.plan() != null) {
        for (ModuleFilter filter : ModuleFilter.values()) {
          if (filter.accepts(state.plan(), state)) {
            counts.merge(filter, 1, Integer::sum);
          }
        }
      }
    }));
    chips.forEach((filter, chip) -> {
      int count = counts.getOrDefault(filter, 0);
      chip.setText(texts.get("filter." + filter.key()) + "  " + words.numbers().whole(count));
      chip.setDisable(count == 0 && !chip.isSelected());
    });
  }

  private ToggleButton chip(ModuleFilter filter) {
    ToggleButton chip = new ToggleButton();
    chip.getStyleClass().add("filter-chip");
    chip.setId("filter-" + filter.key());
    chip.setMinWidth(USE_PREF_SIZE);
    chip.setTooltip(new Tooltip(texts.get("filter." + filter.key() + ".hint")));
    chip.setOnAction(_ -> {
      if (chip.isSelected()) {
        model.filters().add(filter);
      } else {
        model.filters().remove(filter);
      }
    });
    chips.put(filter, chip);
    return chip;
  }
}

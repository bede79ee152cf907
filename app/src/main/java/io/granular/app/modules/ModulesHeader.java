package io.granular.app.modules;

import atlantafx.base.controls.Spacer;
import io.granular.app.calibrate.Calibrations;
import io.granular.app.calibrate.RangesRow;
import io.granular.app.control.Icons;
import io.granular.app.control.Segmented;
import io.granular.app.fx.Listening;
import io.granular.app.modules.ModulesScreen.View;
import io.granular.app.scheme.RecipeMenu;
import io.granular.app.session.Session;
import io.granular.app.session.Side;
import io.granular.app.text.Texts;
import java.util.List;
import javafx.beans.property.ObjectProperty;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ToggleButton;
import javafx.scene.layout.HBox;
import javafx.scene.layout.StackPane;
import org.jspecify.annotations.Nullable;
import org.kordamp.ikonli.feather.Feather;

/** Which side and recipe, undo and redo, and where the recipe goes. */
final class ModulesHeader extends HBox {
  private final ModulesModel model;
  private final Texts texts;

  /**
   * @param view what the middle of the screen shows
   * @param calibrations of both sides
   * @param save saves a side's recipe under a name
   * @param analyzer null where modules cannot be measured
   */
  ModulesHeader(ModulesModel model, ObjectProperty<View> view, Calibrations calibrations,
      SaveRecipe save,
      @Nullable Analyzer analyzer, Texts texts) {
    this.model = model;
    this.texts = texts;
    getStyleClass().addAll("view-toolbar", "modules-header");
    setAlignment(Pos.CENTER_LEFT);
    Segmented<Side> sides = new Segmented<>(List.of(Side.values()), Side::name,
        side -> texts.format("modules.side", side.name()));
    sides.setId("modules-side");
    sides.value().bindBidirectional(model.side());
    getChildren().addAll(sides, recipe(), new Spacer(), ranges(calibrations));
    if (analyzer != null) {
      getChildren().addAll(new AnalyzeButton(analyzer, texts), analysisViews(view));
    }
    Button undo = button("modules-undo", Feather.CORNER_UP_LEFT, "modules.undo",
        () -> model.editor().undo());
    Button redo = button("modules-redo", Feather.CORNER_UP_RIGHT, "modules.redo",
        () -> model.editor().redo());
    Button saveAs = button("modules-save", Feather.SAVE, "card.save-recipe", () -> {});
    saveAs.setOnAction(_ -> save.save(model.side().get(), saveAs));
    getChildren().addAll(undo, redo, copy(), saveAs);
    for (Side side : Side.values()) {
      Listening.onChange(() -> enable(undo, redo), model.editors().of(side).canUndo(),
          model.editors().of(side).canRedo());
    }
    Listening.follow(() -> enable(undo, redo), model.side());
  }

  /** Asks where to save a side's recipe, and saves it. */
  interface SaveRecipe {
    void save(Side side, Node owner);
  }

  private void enable(Button undo, Button redo) {
    undo.setDisable(!model.editor().canUndo().get());
    redo.setDisable(!model.editor().canRedo().get());
  }

  private Node recipe() {
    StackPane place = new StackPane();
    Session session = model.session();
    RecipeMenu a = new RecipeMenu(session.side(Side.A), session, texts);
    RecipeMenu b = new RecipeMenu(session.side(Side.B), session, texts);
    Listening.follow(() -> place.getChildren().setAll(model.side().get() == Side.A ? a : b),
        model.side());
    return place;
  }

  private Button copy() {
    Button copy = button("modules-copy", Feather.COPY, "card.save-recipe",
        () -> model.editors().copyToOther(model.side().get()));
    Listening.follow(() -> {
      String name = texts.format("card.copy-recipe", model.side().get().other().name());
      copy.setAccessibleText(name);
      copy.getTooltip().setText(name);
    }, model.side());
    return copy;
  }

  /** What an analysis makes possible; what needs measured modules is hidden until there are some. */
  private Node analysisViews(ObjectProperty<View> view) {
    ToggleButton colour = Icons.button(new ToggleButton(), Feather.THERMOMETER,
        texts.get("modules.colour"));
    colour.setId("modules-colour");
    colour.selectedProperty().bindBidirectional(model.heat());
    ToggleButton map = toggle(view, View.HEAT_MAP, Feather.GRID, "modules.heat-map");
    ToggleButton curve =
        toggle(view, View.DIVERGENCE, Feather.TRENDING_UP, "modules.divergence");
    for (ToggleButton needing : List.of(colour, map)) {
      needing.visibleProperty().bind(model.measured());
      needing.managedProperty().bind(needing.visibleProperty());
    }
    Listening.onChange(() -> {
      if (!model.measured().get() && view.get() == View.HEAT_MAP) {
        view.set(View.TABLE);
      }
    }, model.measured());
    HBox box = new HBox(4, colour, map, curve);
    box.setAlignment(Pos.CENTER_LEFT);
    return box;
  }

  /** Pressed while its view is shown; released, the table is back. */
  private ToggleButton toggle(ObjectProperty<View> view, View shown, Feather icon, String key) {
    ToggleButton toggle = Icons.button(new ToggleButton(), icon, texts.get(key));
    toggle.setId(key.replace('.', '-'));
    toggle.setOnAction(_ -> view.set(toggle.isSelected() ? shown : View.TABLE));
    Listening.follow(() -> toggle.setSelected(view.get() == shown), view);
    return toggle;
  }

  /** What calibrates the side that is shown. */
  private Node ranges(Calibrations calibrations) {
    StackPane place = new StackPane();
    RangesRow a = new RangesRow(calibrations.of(Side.A), "modules-A", texts);
    RangesRow b = new RangesRow(calibrations.of(Side.B), "modules-B", texts);
    Listening.follow(() -> place.getChildren().setAll(model.side().get() == Side.A ? a : b),
        model.side());
    return place;
  }

  private Button button(String id, Feather icon, String key, Runnable action) {
    Button button = Icons.button(new Button(), icon, texts.get(key));
    button.setId(id);
    button.setOnAction(_ -> action.run());
    return button;
  }
}

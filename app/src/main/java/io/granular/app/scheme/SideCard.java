package io.granular.app.scheme;

import atlantafx.base.controls.Spacer;
import io.granular.app.calibrate.Calibrations;
import io.granular.app.calibrate.RangesRow;
import io.granular.app.control.Icons;
import io.granular.app.edit.Editors;
import io.granular.app.fx.Listening;
import io.granular.app.save.SaveModelButton;
import io.granular.app.save.Saves;
import io.granular.app.session.PlanState;
import io.granular.app.session.Session;
import io.granular.app.session.Side;
import io.granular.app.session.SideModel;
import io.granular.app.session.SideRun;
import io.granular.app.text.Texts;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;

/** The card of one side: its recipe, how it is sampled, what it costs, what differs from the plan. */
public final class SideCard extends VBox {
  private final SideModel side;
  private final Texts texts;
  private final Label kernels = new Label();
  private final Label quantized = new Label();
  private final SchemeRows plan;
  private final SideNotes notes;
  private final SaveModelButton saveModel;

  /** Everything about one side. */
  public SideCard(Side which, Session session, Editors editors, SideActions actions,
      Calibrations calibrations, Saves saves, Texts texts) {
    side = session.side(which);
    this.texts = texts;
    plan = new SchemeRows(editors.of(which), session, texts);
    saveModel = new SaveModelButton(saves.of(which), texts);
    String letter = which.name();
    getStyleClass().addAll("card", "side-card", styleClass(which));
    setAccessibleText(texts.format("card.accessible", letter));
    notes = new SideNotes(letter, texts);
    getChildren().addAll(header(session, actions), new WeightsRow(side, session, texts), plan,
        new RangesRow(calibrations.of(which), which.name(), texts), buttons(actions),
        new CostTiles(side, session, texts), notes, sampling(session));
    Listening.follow(this::update, side.plan(), side.shown());
  }

  private HBox header(Session session, SideActions actions) {
    Label badge = new Label(side.side().name());
    badge.getStyleClass().addAll("side-badge", styleClass(side.side()));
    RecipeMenu recipe = new RecipeMenu(side, session, texts);
    kernels.getStyleClass().add("badge");
    kernels.setMinWidth(USE_PREF_SIZE);
    MenuButton menu = actions.menu(side.side());
    MenuItem model = new MenuItem(texts.get("save.open"));
    model.setOnAction(_ -> saveModel.open());
    menu.getItems().add(model);
    HBox header = new HBox(badge, recipe, new Spacer(), kernels, menu);
    header.setAlignment(Pos.CENTER_LEFT);
    header.getStyleClass().add("card-header");
    return header;
  }

  /** What leads from the quick controls to everything else. */
  private HBox buttons(SideActions actions) {
    Button edit = new Button(texts.get("card.edit"), Icons.of(Feather.SLIDERS));
    edit.getStyleClass().add("small");
    edit.setMinWidth(USE_PREF_SIZE);
    edit.setId("edit-" + side.side());
    edit.setOnAction(_ -> actions.edit(side.side()));
    Button copy = Icons.button(new Button(), Feather.COPY,
        texts.format("card.copy-recipe", side.side().other().name()));
    copy.setId("copy-recipe-" + side.side());
    copy.setOnAction(_ -> actions.copyRecipe(side.side()));
    Button save = Icons.button(new Button(), Feather.SAVE, texts.get("card.save-recipe"));
    save.setId("save-recipe-" + side.side());
    save.setOnAction(_ -> actions.saveRecipe(side.side(), save));
    quantized.getStyleClass().addAll("muted", "caption");
    quantized.setMinWidth(0);
    quantized.setMaxWidth(Double.MAX_VALUE);
    HBox.setHgrow(quantized, Priority.ALWAYS);
    HBox row = new HBox(4, edit, quantized, new HBox(copy, save, saveModel));
    row.setAlignment(Pos.CENTER_LEFT);
    return row;
  }

  /** While both sides are sampled alike, B only says so. */
  private Region sampling(Session session) {
    Label title = new Label(texts.get("card.sampling"));
    title.getStyleClass().add("heading");
    Label same = new Label(texts.get("card.same"));
    same.getStyleClass().add("muted");
    ToggleButton link =
        Icons.button(new ToggleButton(), Feather.LINK_2, texts.get("card.linked"));
    link.setId("link-" + side.side());
    link.selectedProperty().bindBidirectional(session.linked());
    HBox header = new HBox(8, title, new Spacer(), same, link);
    header.setAlignment(Pos.CENTER_LEFT);
    header.getStyleClass().add("sampling-header");
    SamplingRows rows = new SamplingRows(side, session, texts);
    rows.managedProperty().bind(rows.visibleProperty());
    Listening.follow(() -> {
      boolean follows = side.side() == Side.B && session.linked().get();
      rows.setVisible(!follows);
      same.setVisible(follows);
    }, session.linked());
    return new VBox(header, rows);
  }

  private void update() {
    SideRun run = side.shown().get();
    PlanState state = side.plan().get();
    quantized.setText("");
    if (state instanceof PlanState.Ready(var ready)) {
      PlanFacts facts = PlanFacts.of(ready);
      quantized.setText(texts.format("card.quantized", facts.quantized(), facts.modules()));
      quantized.setTooltip(
          new Tooltip(texts.format("card.quantized.hint", facts.quantized(), facts.modules())
              + "\n\n" + PlanFacts.kernelList(ready.kernels())));
    }
    if (run != null) {
      badge(run.result().simulatedModules().size(), run.result().kernels());
    } else if (state instanceof PlanState.Ready(var ready)) {
      badge(PlanFacts.of(ready).simulated(), ready.kernels());
    }
    notes.show(
        state instanceof PlanState.Failed(String message) ? List.of(message) : List.of(),
        run == null ? List.of() : run.result().notes());
  }

  private void badge(int simulated, Map<String, Integer> used) {
    boolean real = simulated == 0;
    kernels.setText(real
        ? texts.get("badge.real")
        : texts.format("badge.simulated.count", simulated));
    kernels.getStyleClass().removeAll("real", "simulated");
    kernels.getStyleClass().add(real ? "real" : "simulated");
    kernels.setTooltip(new Tooltip((real
        ? texts.get("badge.real.hint")
        : texts.format("badge.simulated.hint", simulated)) + "\n\n" + PlanFacts.kernelList(used)));
  }

  private static String styleClass(Side side) {
    return "side-" + side.name().toLowerCase(Locale.ROOT);
  }
}

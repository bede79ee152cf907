package io.granular.app.scheme;

import atlantafx.base.controls.Spacer;
import io.granular.app.control.Icons;
import io.granular.app.fx.Listening;
import io.granular.app.session.PlanState;
import io.granular.app.session.Session;
import io.granular.app.session.Side;
import io.granular.app.session.SideModel;
import io.granular.app.session.SideRun;
import io.granular.app.text.Texts;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import javafx.geometry.Pos;
import javafx.scene.control.Label;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;

/** The card of one side: its recipe, how it is sampled, what it costs, what differs from the plan. */
public final class SideCard extends VBox {
  private final SideModel side;
  private final Texts texts;
  private final Label kernels = new Label();
  private final Label scheme = new Label();
  private final VBox notes = new VBox(6);

  /** Everything about one side. */
  public SideCard(Side which, Session session, SideActions actions, Texts texts) {
    side = session.side(which);
    this.texts = texts;
    String letter = which.name();
    getStyleClass().addAll("card", "side-card", "side-" + letter.toLowerCase(Locale.ROOT));
    setAccessibleText(texts.format("card.accessible", letter));

    Label badge = new Label(letter);
    badge.getStyleClass().addAll("side-badge", "side-" + letter.toLowerCase(Locale.ROOT));
    RecipeBox recipe = new RecipeBox(side, session);
    recipe.setId("recipe-" + letter);
    recipe.setAccessibleText(texts.format("card.recipe", letter));
    kernels.getStyleClass().add("badge");
    kernels.setMinWidth(USE_PREF_SIZE);
    HBox header = new HBox(8, badge, recipe, new Spacer(), kernels, actions.menu(which));
    header.setAlignment(Pos.CENTER_LEFT);
    header.getStyleClass().add("card-header");
    scheme.getStyleClass().add("scheme");
    scheme.setMinWidth(0);

    Label sampling = new Label(texts.get("card.sampling"));
    sampling.getStyleClass().add("heading");
    ToggleButton link =
      Icons.button(new ToggleButton(), Feather.LINK_2, texts.get("card.linked"));
    link.selectedProperty().bindBidirectional(session.linked());
    link.getStyleClass().add("link-toggle");
    HBox samplingHeader = new HBox(sampling, new Spacer(), link);
    samplingHeader.setAlignment(Pos.CENTER_LEFT);

    notes.getStyleClass().add("notes");
    notes.managedProperty().bind(notes.visibleProperty());
    getChildren().addAll(header, scheme,
      new VBox(2, samplingHeader, new SamplingRows(side, session, texts)),
      new CostTiles(side, session, texts), notes);
    Listening.follow(this::update, side.plan(), side.shown());
  }

  private void update() {
    notes.getChildren().clear();
    SideRun run = side.shown().get();
    switch (side.plan().get()) {
      case PlanState.Pending() -> scheme.setText(texts.get("plan.pending"));
      case PlanState.Failed(var message) -> {
        scheme.setText(texts.get("plan.failed"));
        note(message, "error");
      }
      case PlanState.Ready(var plan) -> {
        PlanFacts facts = PlanFacts.of(plan);
        scheme.setText(texts.format(facts.quantized() == 0 ? "plan.kept" : "plan.quantized",
          facts.scheme() == null ? "–" : facts.scheme(), facts.quantized(), facts.modules()));
        scheme.setTooltip(new Tooltip(scheme.getText() + "\n" + kernelList(plan.kernels())));
        if (run == null) {
          badge(facts.simulated(), plan.kernels());
        }
      }
    }
    if (run != null) {
      badge(run.result().simulatedModules().size(), run.result().kernels());
      run.result().notes().forEach(text -> note(text, "warning"));
    }
    notes.setVisible(!notes.getChildren().isEmpty());
  }

  private void badge(int simulated, Map<String, Integer> used) {
    boolean real = simulated == 0;
    kernels.setText(texts.get(real ? "badge.real" : "badge.simulated"));
    kernels.getStyleClass().removeAll("real", "simulated");
    kernels.getStyleClass().add(real ? "real" : "simulated");
    kernels.setTooltip(new Tooltip((real
      ? texts.get("badge.real.hint")
      : texts.format("badge.simulated.hint", simulated)) + "\n\n" + kernelList(used)));
  }

  private static String kernelList(Map<String, Integer> kernels) {
    return kernels.entrySet()
      .stream()
      .map(entry -> entry.getKey() + "  ×" + entry.getValue())
      .collect(Collectors.joining("\n"));
  }

  private void note(String text, String styleClass) {
    Label note = new Label(text, Icons.of(
      styleClass.equals("error") ? Feather.ALERT_CIRCLE : Feather.ALERT_TRIANGLE));
    note.setWrapText(true);
    note.setMinHeight(USE_PREF_SIZE);
    note.getStyleClass().addAll("note", styleClass);
    notes.getChildren().add(note);
  }
}

package io.granular.app.library;

import atlantafx.base.controls.Spacer;
import io.granular.app.control.Icons;
import io.granular.app.fx.Listening;
import io.granular.app.session.Session;
import io.granular.app.text.Numbers;
import io.granular.app.text.Texts;
import io.granular.engine.studio.ModelInfo;
import javafx.geometry.HPos;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/** One model: what it is, what is in it, and a button to work on it. */
final class ModelCard extends VBox {
  private final ModelEntry entry;
  private final Library library;
  private final Session session;
  private final Texts texts;
  private final Numbers numbers;

  ModelCard(ModelEntry entry, Library library, Session session, Texts texts) {
    this.entry = entry;
    this.library = library;
    this.session = session;
    this.texts = texts;
    numbers = texts.numbers();
    getStyleClass().addAll("card", "model-card");
    Listening.follow(this::update, entry.state(), session.info());
  }

  private void update() {
    getChildren().setAll(header());
    switch (entry.state().get()) {
      case ModelState.Opening() -> {
        ProgressBar bar = new ProgressBar();
        bar.setMaxWidth(Double.MAX_VALUE);
        bar.setAccessibleText(texts.get("models.opening"));
        getChildren().add(bar);
      }
      case ModelState.Failed(var message) -> {
        Label reason = new Label(message, Icons.of(Feather.ALERT_CIRCLE));
        reason.getStyleClass().addAll("note", "error");
        reason.setWrapText(true);
        getChildren().add(reason);
      }
      case ModelState.Opened(var info) -> getChildren().addAll(facts(info), networks(info));
    }
  }

  private HBox header() {
    FontIcon icon = Icons.of(entry.bundled() ? Feather.PACKAGE : Feather.HARD_DRIVE);
    icon.getStyleClass().add("model-icon");
    Label name = new Label(entry.name());
    name.getStyleClass().add("card-title");
    Label where = new Label(entry.bundled() ? texts.get("models.bundled") : entry.model());
    where.getStyleClass().add("muted");
    where.setMinWidth(0);
    VBox words = new VBox(2, name, where);
    HBox header = new HBox(12, icon, words, new Spacer());
    header.setAlignment(Pos.CENTER_LEFT);
    if (entry.state().get() instanceof ModelState.Opened(var info)) {
      header.getChildren().add(useButton(info));
    } else if (entry.state().get() instanceof ModelState.Failed) {
      Button again = new Button(texts.get("models.again"), Icons.of(Feather.REFRESH_CW));
      again.setOnAction(_ -> library.open(entry.model()));
      header.getChildren().add(again);
    }
    if (!entry.bundled() && !inUse()) {
      Button forget = Icons.button(new Button(), Feather.X,
          texts.format("models.forget", entry.name()));
      forget.setOnAction(_ -> library.forget(entry));
      header.getChildren().add(forget);
    }
    return header;
  }

  private Node useButton(ModelInfo info) {
    if (inUse()) {
      Label used = new Label(texts.get("models.in-use"), Icons.of(Feather.CHECK));
      used.getStyleClass().addAll("badge", "real");
      return used;
    }
    Button use = new Button(texts.get("models.use"));
    use.setAccessibleText(texts.format("models.use.accessible", info.name()));
    use.setOnAction(_ -> library.use(info));
    return use;
  }

  private boolean inUse() {
    ModelInfo used = session.info().get();
    return used != null && used.model().equals(entry.model());
  }

  private FlowPane facts(ModelInfo info) {
    ModelInfo.Defaults defaults = info.defaults();
    FlowPane facts = new FlowPane(8, 8, badge(info.family()),
        badge(texts.format("models.parameters", numbers.count(info.parameters()))),
        badge(numbers.bytes(info.bytes())),
        badge(defaults.width() + " × " + defaults.height()),
        badge(texts.format("models.steps", defaults.steps())), badge(defaults.sampler()));
    facts.getStyleClass().add("model-facts");
    return facts;
  }

  private static Label badge(String text) {
    Label label = new Label(text);
    label.getStyleClass().addAll("badge", "neutral");
    return label;
  }

  private GridPane networks(ModelInfo info) {
    GridPane grid = new GridPane();
    grid.getStyleClass().add("network-grid");
    for (int column = 0; column < 5; column++) {
      ColumnConstraints constraints = new ColumnConstraints();
      constraints.setHalignment(column < 2 ? HPos.LEFT : HPos.RIGHT);
      constraints.setHgrow(column == 1 ? Priority.ALWAYS : Priority.NEVER);
      grid.getColumnConstraints().add(constraints);
    }
    grid.addRow(0, cell("models.network", "heading"), cell("models.type", "heading"),
        cell("models.modules", "heading"), cell("models.weights", "heading"),
        cell("models.size", "heading"));
    int row = 1;
    for (ModelInfo.NetworkInfo network : info.networks()) {
      grid.addRow(row++, new Label(network.name()), muted(network.type()),
          muted(numbers.whole(network.modules().size())), new Label(numbers.count(network
              .parameters())),
          new Label(numbers.bytes(network.bytes())));
    }
    return grid;
  }

  private Label cell(String key, String styleClass) {
    Label label = new Label(texts.get(key));
    label.getStyleClass().add(styleClass);
    return label;
  }

  private static Label muted(String text) {
    Label label = new Label(text);
    label.getStyleClass().add("muted");
    return label;
  }
}

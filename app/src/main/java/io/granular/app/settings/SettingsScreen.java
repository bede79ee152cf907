package io.granular.app.settings;

import atlantafx.base.controls.ToggleSwitch;
import io.granular.app.control.NumberField;
import io.granular.app.control.Page;
import io.granular.app.control.Segmented;
import io.granular.app.fx.Listening;
import io.granular.app.session.Folders;
import io.granular.app.session.Session;
import io.granular.app.text.Texts;
import java.util.List;
import javafx.geometry.Insets;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Control;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;

/** What a person sets once: the look, the threads, the previews. */
public final class SettingsScreen {
  private static final int MOST_THREADS = 256;

  private final Page page;
  private final Texts texts;

  /** Everything wired together. */
  public SettingsScreen(Session session, Theme theme, Folders folders, Texts texts) {
    this.texts = texts;
    page = new Page(texts.get("nav.settings"), texts.get("settings.subtitle"));
    page.setBody(new VBox(16,
        group("settings.look", row("settings.theme", themes(theme))),
        group("settings.computing", row("settings.threads", threads(session)),
            row("settings.previews", previews(session))),
        group("settings.folders", row("settings.config", path(folders.config().toString())),
            row("settings.cache", path(folders.cache().toString())))));
  }

  /** The screen. */
  public Node node() {
    return page;
  }

  private Segmented<ThemeChoice> themes(Theme theme) {
    Segmented<ThemeChoice> themes = new Segmented<>(List.of(ThemeChoice.values()),
        choice -> texts.get("theme." + choice.key()), _ -> "");
    themes.value().bindBidirectional(theme.choice());
    return themes;
  }

  private NumberField threads(Session session) {
    NumberField field = new NumberField(0, MOST_THREADS, 1, value -> value == 0
        ? texts.get("settings.threads.auto")
        : String.valueOf(Math.round(value)));
    field.setFallback(0);
    field.setPrefColumnCount(6);
    field.setId("threads");
    Listening.follow(() -> field.value()
        .set(
            session.threads().get() == 0 ? null : (double) session.threads().get()),
        session.threads());
    field.value()
        .addListener((_, _, value) -> session.threads()
            .set(value == null ? 0 : (int) Math.round(value)));
    return field;
  }

  private ToggleSwitch previews(Session session) {
    ToggleSwitch previews = new ToggleSwitch();
    // The switch keeps a gap for a text it does not have here.
    HBox.setMargin(previews, new Insets(0, -6, 0, 0));
    previews.selectedProperty().bindBidirectional(session.previews());
    return previews;
  }

  private static TextField path(String path) {
    TextField field = new TextField(path);
    field.setEditable(false);
    field.setPrefColumnCount(34);
    return field;
  }

  private VBox group(String key, Node... rows) {
    Label title = new Label(texts.get(key));
    title.getStyleClass().add("card-title");
    VBox box = new VBox(title);
    box.getChildren().addAll(rows);
    box.getStyleClass().addAll("card", "settings-group");
    return box;
  }

  private HBox row(String key, Node control) {
    Label name = new Label(texts.get(key));
    Label hint = new Label(texts.get(key + ".hint"));
    hint.getStyleClass().add("muted");
    hint.setWrapText(true);
    hint.setMinHeight(Control.USE_PREF_SIZE);
    VBox words = new VBox(2, name, hint);
    words.setAlignment(Pos.CENTER_LEFT);
    HBox.setHgrow(words, Priority.ALWAYS);
    name.setLabelFor(control);
    control.setAccessibleText(texts.get(key));
    HBox row = new HBox(24, words, control);
    row.setAlignment(Pos.CENTER_LEFT);
    row.getStyleClass().add("settings-row");
    return row;
  }
}

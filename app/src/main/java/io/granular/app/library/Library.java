package io.granular.app.library;

import io.granular.app.control.Notice;
import io.granular.app.fx.Background;
import io.granular.app.session.Session;
import io.granular.app.text.Texts;
import io.granular.engine.studio.Engine;
import io.granular.engine.studio.ModelInfo;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/** The models known to the studio, and opening them. JavaFX thread only. */
public final class Library {
  /** How many models are remembered besides the bundled one. */
  private static final int REMEMBERED = 12;

  private final Engine engine;
  private final Background background;
  private final Session session;
  private final Texts texts;
  private final Consumer<Notice> notices;
  private final ObservableList<ModelEntry> entries = FXCollections.observableArrayList();

  /** Knows the bundled model. */
  public Library(Engine engine, Background background, Session session, Texts texts,
      Consumer<Notice> notices) {
    this.engine = engine;
    this.background = background;
    this.session = session;
    this.texts = texts;
    this.notices = notices;
    entries.add(new ModelEntry(Session.DEMO));
  }

  /** The bundled model, then the others, the one opened last first. */
  public ObservableList<ModelEntry> entries() {
    return entries;
  }

  /** Opens every remembered model for its description, without using it. */
  public void remember(List<String> models) {
    for (String model : models) {
      if (find(model) == null) {
        entries.add(new ModelEntry(model));
      }
    }
    List.copyOf(entries).forEach(entry -> load(entry, _ -> {}, _ -> {}));
  }

  /** The models to remember: all but the bundled one. */
  public List<String> remembered() {
    return entries.stream()
        .filter(entry -> !entry.bundled())
        .map(ModelEntry::model)
        .limit(REMEMBERED)
        .toList();
  }

  /** Opens a model and uses it; if that fails, the one in use stays and a notice says why. */
  public void open(String model) {
    ModelEntry known = find(model);
    ModelEntry entry = known == null ? new ModelEntry(model) : known;
    if (known == null) {
      entries.add(1, entry);
    }
    load(entry, this::use, message -> notices.accept(Notice.error(
        texts.format("models.failed", entry.name()), message, "", "")));
  }

  /** Works on a model from now on; its own prompt replaces one that nobody wrote. */
  public void use(ModelInfo info) {
    ModelInfo before = session.info().get();
    String prompt = session.prompt().get();
    session.model().set(info.model());
    session.info().set(info);
    if (prompt.isBlank() || (before != null && prompt.equals(before.defaults().prompt()))) {
      session.prompt().set(info.defaults().prompt());
    }
  }

  /** Takes a model off the list; its files stay. */
  public void forget(ModelEntry entry) {
    if (!entry.bundled() && !entry.model().equals(session.model().get())) {
      entries.remove(entry);
    }
  }

  private @Nullable ModelEntry find(String model) {
    return entries.stream().filter(entry -> entry.model().equals(model)).findFirst().orElse(null);
  }

  private void load(ModelEntry entry, Consumer<ModelInfo> opened, Consumer<String> failed) {
    entry.state(new ModelState.Opening());
    background.<ModelInfo>run(() -> engine.info(entry.model()), info -> {
      entry.state(new ModelState.Opened(info));
      opened.accept(info);
    }, problem -> {
      String message = Objects.requireNonNullElse(problem.getMessage(), problem.toString());
      entry.state(new ModelState.Failed(message));
      failed.accept(message);
    });
  }
}

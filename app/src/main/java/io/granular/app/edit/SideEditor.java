package io.granular.app.edit;

import io.granular.app.control.Notice;
import io.granular.app.fx.Background;
import io.granular.app.fx.Latest;
import io.granular.app.fx.Listening;
import io.granular.app.session.Plans;
import io.granular.app.session.Session;
import io.granular.app.session.SideModel;
import io.granular.app.session.SideSettings;
import io.granular.app.text.Texts;
import io.granular.engine.studio.Engine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import org.jspecify.annotations.Nullable;

/**
 * Edits the recipe of one side. Every edit becomes a recipe file that the side then uses, so its plan
 * follows while a person edits. JavaFX thread only.
 */
public final class SideEditor {
  private final SideModel side;
  private final Session session;
  private final EditedRecipes edited;
  private final DraftLoader loader;
  private final Latest loading;
  private final Latest saving;
  private final Texts texts;
  private final Consumer<Notice> notices;
  private final History<Draft> history = new History<>();
  private final ReadOnlyObjectWrapper<@Nullable Draft> draft = new ReadOnlyObjectWrapper<>();
  /** What the draft shows; a side that uses another recipe has been changed elsewhere. */
  private String recipe = "";
  private String model = "";
  private int edits;

  /** Follows the side. */
  public SideEditor(SideModel side, Session session, EditedRecipes edited, Engine engine,
      Plans plans, Background background, Texts texts, Consumer<Notice> notices) {
    this.side = side;
    this.session = session;
    this.edited = edited;
    this.texts = texts;
    this.notices = notices;
    loader = new DraftLoader(engine, plans, edited);
    loading = new Latest(background);
    saving = new Latest(background);
    Listening.follow(this::open, side.settings(), session.info());
  }

  /** The recipe being edited; null until it is read, or if it does not fit the model. */
  public ReadOnlyObjectProperty<@Nullable Draft> draft() {
    return draft.getReadOnlyProperty();
  }

  /** Which side it edits. */
  public SideModel side() {
    return side;
  }

  /** Whether an edit can be undone. */
  public ReadOnlyBooleanProperty canUndo() {
    return history.canUndo();
  }

  /** Whether an undone edit can be done again. */
  public ReadOnlyBooleanProperty canRedo() {
    return history.canRedo();
  }

  /** Sets one part of the schemes of some modules. */
  public void edit(Collection<String> modules, Field field, String value) {
    Draft now = draft.get();
    if (now != null) {
      change(now, now.with(modules, field, value));
    }
  }

  /** Lets some modules have what the base recipe says. */
  public void reset(Collection<String> modules) {
    Draft now = draft.get();
    if (now != null) {
      change(now, now.reset(modules));
    }
  }

  /** Takes back the last edit. */
  public void undo() {
    Draft now = draft.get();
    if (now != null && canUndo().get()) {
      publish(history.undo(now));
    }
  }

  /** Does again what was taken back. */
  public void redo() {
    Draft now = draft.get();
    if (now != null && canRedo().get()) {
      publish(history.redo(now));
    }
  }

  /**
   * Lets the side use a recipe that something other than a person made; can be undone as an edit.
   *
   * @param name shown to people
   */
  public void use(String json, String name) {
    int edit = ++edits;
    String opened = model;
    Path calibration = side.settings().get().calibration(opened);
    saving.submit(() -> {
      String path = edited.save(RecipeText.parse(json).with(name, List.of()));
      return loader.load(opened, path, calibration);
    }, made -> {
      if (edit == edits) {
        use(made, name);
      }
    }, this::failed);
  }

  private void use(Draft made, String name) {
    Draft now = draft.get();
    if (now != null) {
      history.remember(now);
    }
    session.recipeNames().put(made.baseId(), name);
    recipe = made.baseId();
    draft.set(made);
    side.settings().set(side.settings().get().withRecipe(recipe));
  }

  /** Writes the recipe to a file of a person's choice; the side uses that file from then on. */
  public void saveAs(Path file) {
    Draft now = draft.get();
    if (now == null) {
      return;
    }
    String name = String.valueOf(file.getFileName()).replaceFirst("\\.json$", "");
    saving.submit(() -> {
      EditedRecipes.replace(file, now.recipe(name).json());
      return file.toString();
    }, path -> {
      session.recipeNames().put(path, name);
      side.settings().set(side.settings().get().withRecipe(path));
      notices.accept(Notice.info(texts.get("recipe.saved"), path));
    }, this::failed);
  }

  private void change(Draft now, Draft next) {
    if (!next.overrides().equals(now.overrides())) {
      history.remember(now);
      publish(next);
    }
  }

  private void publish(Draft next) {
    draft.set(next);
    int edit = ++edits;
    String name = texts.format("recipe.edited", next.base().name());
    boolean builtIn = session.builtIn(next.baseId());
    saving.submit(() -> save(next, name, builtIn), path -> {
      if (edit == edits) {
        recipe = path;
        session.recipeNames().putIfAbsent(path, name);
        side.settings().set(side.settings().get().withRecipe(path));
      }
    }, this::failed);
  }

  private String save(Draft next, String name, boolean builtIn) throws IOException {
    if (next.overrides().isEmpty()) {
      return next.baseId();
    }
    RecipeText text = next.recipe(name);
    String base = builtIn ? next.baseId() : edited.adopt(next.baseId(), next.base());
    return edited.save(text,
        new EditedRecipes.Origin(base, text.rules() - next.base().rules()));
  }

  private void open() {
    var info = session.info().get();
    String wanted = side.settings().get().recipe();
    if (info == null) {
      return;
    }
    SideSettings settings = side.settings().get();
    String used = settings.model(info.model());
    if (wanted.equals(recipe) && used.equals(model)) {
      return;
    }
    boolean trained = !used.equals(info.model());
    recipe = wanted;
    model = used;
    edits++;
    history.clear();
    draft.set(null);
    String opened = model;
    Path calibration = settings.calibration(opened);
    loading.submit(() -> loader.load(opened, wanted, calibration), loaded -> {
      if (wanted.equals(recipe) && opened.equals(model)) {
        if (!session.builtIn(wanted)) {
          session.recipeNames()
              .putIfAbsent(wanted, loaded.overrides().isEmpty()
                  ? trained
                      ? texts.format("recipe.trained", loaded.base().name())
                      : loaded.base().name()
                  : texts.format("recipe.edited", loaded.base().name()));
        }
        draft.set(loaded);
      }
    }, _ -> {
      // The side's plan fails for the same reason and says it.
    });
  }

  private void failed(Exception problem) {
    notices.accept(Notice.error(texts.get("recipe.failed"),
        Objects.requireNonNullElse(problem.getMessage(), problem.toString()),
        texts.get("recipe.failed.remedy"), ""));
  }
}

package io.granular.app.session;

import io.granular.engine.studio.ModelInfo;
import io.granular.engine.studio.RecipeInfo;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.LongProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleIntegerProperty;
import javafx.beans.property.SimpleLongProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import javafx.collections.ObservableMap;
import org.jspecify.annotations.Nullable;

/** What the window works on: a model, a prompt, a seed and two sides. JavaFX thread only. */
public final class Session {
  /** The model that comes with the product. */
  public static final String DEMO = "demo";

  private final StringProperty model = new SimpleStringProperty(DEMO);
  private final ObjectProperty<@Nullable ModelInfo> info = new SimpleObjectProperty<>();
  private final StringProperty prompt = new SimpleStringProperty("");
  private final StringProperty negative = new SimpleStringProperty("");
  private final LongProperty seed = new SimpleLongProperty(42);
  private final BooleanProperty linked = new SimpleBooleanProperty(true);
  private final IntegerProperty threads = new SimpleIntegerProperty(0);
  private final BooleanProperty previews = new SimpleBooleanProperty(true);
  private final ObservableList<RecipeInfo> recipes = FXCollections.observableArrayList();
  private final ObservableMap<String, String> recipeNames = FXCollections.observableHashMap();
  private final SideModel a = new SideModel(Side.A, "fp32");
  private final SideModel b = new SideModel(Side.B, "w8a8-dynamic");

  /** Both sides with the recipes a newcomer compares first. */
  public Session() {
    follow(a, b);
    follow(b, a);
    model.subscribe((_, _) -> {
      a.analysis().set(null);
      b.analysis().set(null);
    });
  }

  /** The chosen model: {@code demo}, a folder or a file. */
  public StringProperty model() {
    return model;
  }

  /** The model that a side runs: the chosen one, or what was trained from it. */
  public String model(Side side) {
    return side(side).settings().get().model(model.get());
  }

  /** What the engine says about it; null until it is opened. */
  public ObjectProperty<@Nullable ModelInfo> info() {
    return info;
  }

  /** The opened model's name as a person reads it; what was chosen until it is opened. */
  public String modelName() {
    ModelInfo opened = info.get();
    return opened == null ? fileName(model.get()) : opened.name();
  }

  /** The text to generate from. */
  public StringProperty prompt() {
    return prompt;
  }

  /** What to keep away from. */
  public StringProperty negative() {
    return negative;
  }

  /** Of the initial noise; the same for both sides. */
  public LongProperty seed() {
    return seed;
  }

  /** Whether both sides are sampled alike. */
  public BooleanProperty linked() {
    return linked;
  }

  /** Computing threads; 0 for the number of cores. */
  public IntegerProperty threads() {
    return threads;
  }

  /** Whether a preview is made after every step. */
  public BooleanProperty previews() {
    return previews;
  }

  /** The recipes on offer. */
  public ObservableList<RecipeInfo> recipes() {
    return recipes;
  }

  /** Names of recipes that are files, by path. */
  public ObservableMap<String, String> recipeNames() {
    return recipeNames;
  }

  /** Whether a recipe ships with the engine. */
  public boolean builtIn(String id) {
    return recipes.stream().anyMatch(recipe -> recipe.id().equals(id));
  }

  /** One side. */
  public SideModel side(Side side) {
    return switch (side) {
      case A -> a;
      case B -> b;
    };
  }

  /** What pressing Run would make of one side now. */
  public Wanted wanted(Side side) {
    return new Wanted(model.get(), side(side).settings().get(), prompt.get().strip(),
        negative.get().strip(), seed.get(), threads.get());
  }

  /** Whether the shown run of a side is what pressing Run would make. */
  public boolean upToDate(Side side) {
    SideRun shown = side(side).shown().get();
    return shown != null && shown.wanted().equals(wanted(side));
  }

  /** The name of a recipe as a person reads it. */
  public String recipeName(String id) {
    return recipes.stream()
        .filter(recipe -> recipe.id().equals(id))
        .map(RecipeInfo::name)
        .findFirst()
        .orElseGet(() -> recipeNames.getOrDefault(id, fileName(id)));
  }

  private static String fileName(String path) {
    return path.replaceFirst(".*[/\\\\]", "").replaceFirst("\\.json$", "");
  }

  /** The name of the recipe whose picture a side shows, or would show after a run. */
  public String shownName(Side side) {
    SideModel model = side(side);
    SideRun shown = model.shown().get();
    return recipeName(shown == null || model.live().get() != null
        ? model.settings().get().recipe()
        : shown.wanted().settings().recipe());
  }

  /** Exchanges A and B, settings and pictures alike. */
  public void swap() {
    a.swap(b);
  }

  private void follow(SideModel from, SideModel to) {
    from.settings().subscribe(settings -> copySampling(settings, to));
    linked.subscribe(_ -> {
      if (from.side() == Side.A) {
        copySampling(from.settings().get(), to);
      }
    });
  }

  private void copySampling(SideSettings settings, SideModel to) {
    if (linked.get()) {
      to.settings().set(to.settings().get().withSampling(settings.sampling()));
    }
  }
}

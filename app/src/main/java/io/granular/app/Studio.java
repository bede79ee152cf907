package io.granular.app;

import io.granular.app.calibrate.Calibrations;
import io.granular.app.compare.CompareScreen;
import io.granular.app.control.Notice;
import io.granular.app.control.NoticePane;
import io.granular.app.edit.EditedRecipes;
import io.granular.app.edit.Editors;
import io.granular.app.fx.Background;
import io.granular.app.jobs.JobQueue;
import io.granular.app.jobs.JobsScreen;
import io.granular.app.jobs.LongJobs;
import io.granular.app.library.Library;
import io.granular.app.library.ModelChooser;
import io.granular.app.library.ModelFiles;
import io.granular.app.library.ModelsScreen;
import io.granular.app.machine.EngineScreen;
import io.granular.app.machine.Machine;
import io.granular.app.modules.EngineAnalysis;
import io.granular.app.modules.ModulesScreen;
import io.granular.app.run.Comparison;
import io.granular.app.save.FileManager;
import io.granular.app.save.Saves;
import io.granular.app.scheme.Planner;
import io.granular.app.scheme.SideActions;
import io.granular.app.scheme.SideCard;
import io.granular.app.session.Folders;
import io.granular.app.session.Plans;
import io.granular.app.session.SavedSession;
import io.granular.app.session.Session;
import io.granular.app.session.SessionFile;
import io.granular.app.session.Side;
import io.granular.app.settings.SettingsScreen;
import io.granular.app.settings.Theme;
import io.granular.app.settings.ThemeChoice;
import io.granular.app.text.Texts;
import io.granular.app.train.TrainScreen;
import io.granular.engine.studio.Engine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import javafx.beans.binding.Bindings;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.stage.Stage;
import org.jspecify.annotations.Nullable;

/** One window with all that belongs to it, wired by hand. JavaFX thread only. */
final class Studio {
  private static final System.Logger LOG = System.getLogger(Studio.class.getName());
  /** How long edited recipes that are no longer in use stay. */
  private static final Duration KEPT = Duration.ofDays(1);
  private static final double MIN_WIDTH = 1200;
  private static final double MIN_HEIGHT = 680;

  private final Engine engine;
  private final Session session = new Session();
  private final Theme theme = new Theme();
  private final ObjectProperty<ScreenName> screen =
      new SimpleObjectProperty<>(ScreenName.COMPARE);
  private final Library library;
  private final Machine machine;
  private final CompareScreen compare;
  private final ModulesScreen modules;
  private final TrainScreen train;
  private final MainWindow window;
  private final SessionKeeper keeper;
  private final Stage stage;
  private final Path runs;
  private final List<Runnable> afterwards = new CopyOnWriteArrayList<>();
  private final ObjectProperty<Consumer<Path>> folderViewer = new SimpleObjectProperty<>();
  private SavedSession.@Nullable Bounds bounds;

  /**
   * @param engine closed with the window
   * @param folders where the session and the pictures are kept
   * @throws IOException if the folder for the pictures cannot be created
   */
  Studio(Engine engine, Background background, Folders folders, Texts texts, Stage stage)
      throws IOException {
    this(engine, new ModulesScreen.Measuring(new EngineAnalysis(engine)), background, folders,
        texts,
        stage);
  }

  /**
   * As above.
   *
   * @param measuring what can be measured about modules
   */
  Studio(Engine engine, ModulesScreen.Measuring measuring, Background background,
      Folders folders, Texts texts, Stage stage) throws IOException {
    this.engine = engine;
    this.stage = stage;
    runs = folders.newRuns();
    NoticePane notices = new NoticePane(texts);
    JobQueue queue = new JobQueue(engine, background);
    LongJobs longJobs = new LongJobs();
    Comparison comparison = new Comparison(session, queue, longJobs, texts, runs, notices);
    library = new Library(engine, background, session, texts, notices);
    machine = new Machine(engine, background);
    folderViewer.set(folder -> background.run(() -> FileManager.show(folder), _ -> {},
        problem -> notices.accept(Notice.error(texts.get("save.folder.failed"),
            folder.toString(), Objects.requireNonNullElse(problem.getMessage(), ""), ""))));
    Saves saves = new Saves(session, engine, background, longJobs,
        new Saves.Uses(folder -> folderViewer.get().accept(folder), library::open), texts, notices);
    ModelFiles files = new ModelFiles(library, texts);
    EditedRecipes edited = new EditedRecipes(folders.editedRecipes());
    Plans plans = new Plans(session, engine);
    Editors editors =
        new Editors(session, edited, engine, plans, background, texts, notices);
    Calibrations calibrations =
        new Calibrations(session, editors, engine, background, longJobs, texts, notices);
    SideActions actions = new SideActions(session, editors, comparison, background,
        this::editModules, texts, notices);
    modules = new ModulesScreen(session, editors, actions, engine, calibrations, background,
        longJobs, measuring, texts, notices);
    compare = new CompareScreen(session, comparison, queue, background, texts, notices);
    train = new TrainScreen(new TrainScreen.Parts(session, plans, engine, background, longJobs,
        library), folders.trained(), run -> showStage(comparison, run),
        () -> screen.set(ScreenName.MODELS), texts, notices);
    window = new MainWindow(screen,
        new TopBar(session, comparison, new ModelChooser(library, files, session, texts), texts),
        new StatusBar(session, machine, texts), compare,
        Map.of(ScreenName.MODULES, modules.node(), ScreenName.TRAIN, train.node(),
            ScreenName.MODELS,
            new ModelsScreen(library, files, session, texts).node(),
            ScreenName.JOBS, new JobsScreen(queue, longJobs, texts).node(),
            ScreenName.ENGINE, new EngineScreen(machine, texts).node(),
            ScreenName.SETTINGS, new SettingsScreen(session, theme, folders, texts).node()),
        Map.of(ScreenName.MODULES, modules.shortcuts()),
        List.of(new SideCard(Side.A, session, editors, actions, calibrations, saves, texts),
            new SideCard(Side.B, session, editors, actions, calibrations, saves, texts)),
        notices, comparison,
        Bindings.createIntegerBinding(() -> queue.active().get() + longJobs.active().get(),
            queue.active(), longJobs.active()),
        texts);
    files.acceptDrops(window.scene().getRoot());
    SessionFile file = new SessionFile(folders.sessionFile());
    keeper = new SessionKeeper(file, this::state);
    SavedSession saved = load(file, notices, texts);
    restore(saved);
    train.lookForInterrupted(recipes -> {
      clear(edited, session, recipes);
      if (!recipes.isEmpty()) {
        notices.accept(Notice.info(texts.get("train.unfinished.notice"),
            texts.get("train.unfinished.notice.text")));
      }
    });
    new Planner(session, plans, background);
    loadRecipes(background, notices, texts);
    library.remember(Objects.requireNonNullElse(saved.models(), List.of()));
    library.open(Objects.requireNonNullElse(saved.model(), Session.DEMO));
    keeper.follow(session.model(), session.prompt(), session.negative(), session.seed(),
        session.linked(), session.threads(), session.previews(),
        session.side(Side.A).settings(), session.side(Side.B).settings(), theme.choice(),
        stage.maximizedProperty(), stage.widthProperty(), stage.heightProperty());
    show(texts);
  }

  /** The window's scene. */
  MainWindow window() {
    return window;
  }

  Session session() {
    return session;
  }

  Theme theme() {
    return theme;
  }

  /** The open screen. */
  ObjectProperty<ScreenName> screen() {
    return screen;
  }

  /** What shows folders; the system's file manager unless another is set. */
  ObjectProperty<Consumer<Path>> folderViewer() {
    return folderViewer;
  }

  /** Opens another model than the saved one. */
  void open(String model) {
    library.open(model);
  }

  /**
   * Saves the state, ends the engine's workers, deletes the pictures of this start; the window is
   * gone at once, {@link #whenClosed} is told when all is done.
   */
  void close() {
    keeper.save();
    machine.stop();
    stage.hide();
    // Not on a daemon thread: the process must not end before its workers have.
    Thread.ofPlatform().name("closing").start(() -> {
      try {
        engine.close();
        Folders.delete(runs);
      } finally {
        afterwards.forEach(Runnable::run);
      }
    });
  }

  /** Calls {@code action} when everything that belonged to the window has ended. */
  void whenClosed(Runnable action) {
    afterwards.add(action);
  }

  private void show(Texts texts) {
    theme.apply(window.scene());
    stage.setScene(window.scene());
    stage.setTitle(texts.get("app.name"));
    stage.setMinWidth(MIN_WIDTH);
    stage.setMinHeight(MIN_HEIGHT);
    stage.getIcons().setAll(AppIcon.sizes());
    stage.setOnCloseRequest(_ -> close());
    SessionKeeper.place(stage, bounds);
    machine.start();
    stage.show();
  }

  private void showStage(Comparison comparison, boolean run) {
    screen.set(ScreenName.COMPARE);
    if (run) {
      comparison.run();
    }
  }

  private void editModules(Side side) {
    modules.show(side);
    screen.set(ScreenName.MODULES);
  }

  /** What was edited in earlier starts and is not in use any more. */
  private static void clear(EditedRecipes edited, Session session, List<String> alsoUsed) {
    List<String> used = new ArrayList<>(alsoUsed);
    for (Side side : Side.values()) {
      used.add(session.side(side).settings().get().recipe());
    }
    try {
      edited.keepOnly(used, Instant.now().minus(KEPT));
    } catch (IOException e) {
      // They take little room, and the next start tries again.
      LOG.log(System.Logger.Level.WARNING, "Could not delete former edited recipes", e);
    }
  }

  private static SavedSession load(SessionFile file, NoticePane notices, Texts texts) {
    try {
      return file.load();
    } catch (IOException e) {
      notices.accept(Notice.error(texts.get("session.broken"),
          Objects.requireNonNullElse(e.getMessage(), file.path().toString()),
          texts.get("session.broken.remedy"), ""));
      return SavedSession.NONE;
    }
  }

  private void restore(SavedSession saved) {
    saved.restore(session);
    theme.choice().set(ThemeChoice.of(saved.theme()));
    if (saved.view() != null) {
      compare.openView(saved.view());
    }
    if (saved.cards() != null) {
      window.setCardsWidth(saved.cards());
    }
    bounds = saved.window();
  }

  private SavedSession state() {
    bounds = SessionKeeper.bounds(stage, bounds);
    return new SavedSession(bounds, window.cardsWidth(), theme.choice().get().key(), compare.view(),
        session.model().get(), library.remembered(), session.prompt().get(),
        session.negative().get(), session.seed().get(), session.linked().get(),
        session.side(Side.A).settings().get(), session.side(Side.B).settings().get(),
        session.threads().get(), session.previews().get());
  }

  private void loadRecipes(Background background, NoticePane notices, Texts texts) {
    background.run(engine::recipes, recipes -> session.recipes().setAll(recipes),
        problem -> notices.accept(Notice.error(texts.get("recipes.failed"),
            Objects.requireNonNullElse(problem.getMessage(), problem.toString()), "", "")));
  }
}

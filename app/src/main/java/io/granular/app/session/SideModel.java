package io.granular.app.session;

import io.granular.app.picture.Picture;
import io.granular.engine.studio.Analysis;
import java.nio.file.Path;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/** One side: what is wanted, what was run, and what is to be seen. JavaFX thread only. */
public final class SideModel {
  /** How many finished runs a side keeps to step through. */
  public static final int KEPT_RUNS = 20;

  private final Side side;
  private final ObjectProperty<SideSettings> settings;
  private final ObjectProperty<PlanState> plan =
      new SimpleObjectProperty<>(new PlanState.Pending());
  private final ObjectProperty<@Nullable Analysis> analysis = new SimpleObjectProperty<>();
  private final ObservableList<SideRun> runs = FXCollections.observableArrayList();
  private final ObjectProperty<@Nullable SideRun> shown = new SimpleObjectProperty<>();
  private final ObjectProperty<@Nullable Path> live = new SimpleObjectProperty<>();
  private final ObjectProperty<@Nullable Picture> picture = new SimpleObjectProperty<>();

  SideModel(Side side, String recipe) {
    this.side = side;
    settings =
        new SimpleObjectProperty<>(new SideSettings(recipe, Sampling.MODEL_DEFAULT));
  }

  /** Which one it is. */
  public Side side() {
    return side;
  }

  /** What a person chose. */
  public ObjectProperty<SideSettings> settings() {
    return settings;
  }

  /** What it will cost. */
  public ObjectProperty<PlanState> plan() {
    return plan;
  }

  /** How much each of its modules matters; null until it is measured for its recipe. */
  public ObjectProperty<@Nullable Analysis> analysis() {
    return analysis;
  }

  /** Finished runs, oldest first. */
  public ObservableList<SideRun> runs() {
    return runs;
  }

  /** The finished run that is to be seen. */
  public ObjectProperty<@Nullable SideRun> shown() {
    return shown;
  }

  /** The newest preview of the run under way; null when none is. */
  public ObjectProperty<@Nullable Path> live() {
    return live;
  }

  /** The picture on the stage. */
  public ObjectProperty<@Nullable Picture> picture() {
    return picture;
  }

  /** Keeps a finished run and shows it. */
  public void add(SideRun run) {
    runs.add(run);
    if (runs.size() > KEPT_RUNS) {
      runs.removeFirst();
    }
    shown.set(run);
  }

  /** Shows the run that is {@code by} places after the one shown, if there is one. */
  public void stepRun(int by) {
    int index = runs.indexOf(shown.get()) + by;
    if (!runs.isEmpty() && index >= 0 && index < runs.size()) {
      shown.set(runs.get(index));
    }
  }

  /** Trades settings and runs with the other side. */
  void swap(SideModel other) {
    SideSettings mine = settings.get();
    SideRun seen = shown.get();
    PlanState cost = plan.get();
    Analysis measured = analysis.get();
    ObservableList<SideRun> history = FXCollections.observableArrayList(runs);
    settings.set(other.settings.get());
    plan.set(other.plan.get());
    analysis.set(other.analysis.get());
    runs.setAll(other.runs);
    shown.set(other.shown.get());
    other.settings.set(mine);
    other.plan.set(cost);
    other.analysis.set(measured);
    other.runs.setAll(history);
    other.shown.set(seen);
  }
}

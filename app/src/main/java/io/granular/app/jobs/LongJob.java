package io.granular.app.jobs;

import io.granular.app.jobs.LongJobState.End;
import io.granular.engine.run.RunProgress;
import java.time.Duration;
import java.time.Instant;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import org.kordamp.ikonli.feather.Feather;

/** Long work that makes no picture, from its beginning to its end. JavaFX thread only. */
public final class LongJob {
  private final About about;
  private final Instant created = Instant.now();
  private final ReadOnlyObjectWrapper<LongJobState> state =
      new ReadOnlyObjectWrapper<>(new LongJobState.Running(null));
  private final Runnable stop;
  private Duration took = Duration.ZERO;

  /**
   * What a person reads about it.
   *
   * @param kind what it does
   * @param title in a few words
   * @param detail on what, and how much
   */
  public record About(Kind kind, String title, String detail) {}

  /** What long work does. */
  public enum Kind {
    /** Observes ranges. */
    CALIBRATION(Feather.CROSSHAIR),
    /** Measures modules. */
    ANALYSIS(Feather.BAR_CHART_2),
    /** Measures candidates. */
    BUDGET(Feather.SLIDERS),
    /** Quantization-aware training. */
    TRAINING(Feather.TRENDING_DOWN),
    /** Quantizes, writes and checks a model. */
    SAVING(Feather.HARD_DRIVE);

    private final Feather icon;

    Kind(Feather icon) {
      this.icon = icon;
    }

    Feather icon() {
      return icon;
    }
  }

  /**
   * @param stop asks for its end; whoever began it says later how it ended
   */
  public LongJob(About about, Runnable stop) {
    this.about = about;
    this.stop = stop;
  }

  /** What a person reads about it. */
  public About about() {
    return about;
  }

  /** When it was begun. */
  public Instant created() {
    return created;
  }

  /** How long it took, once it has ended. */
  public Duration took() {
    return took;
  }

  /** Where it stands. */
  public ReadOnlyObjectProperty<LongJobState> state() {
    return state.getReadOnlyProperty();
  }

  /** Whether it is over. */
  public boolean ended() {
    return state.get() instanceof LongJobState.Ended;
  }

  /** Asks for the end, once. */
  public void cancel() {
    switch (state.get()) {
      case LongJobState.Running(_),LongJobState.Paused(_) -> {
        state.set(new LongJobState.Cancelling());
        stop.run();
      }
      case LongJobState.Cancelling(),LongJobState.Ended(_) -> {}
    }
  }

  /** Shows how far it is, paused or not. */
  public void progress(RunProgress progress) {
    switch (state.get()) {
      case LongJobState.Running(_) -> state.set(new LongJobState.Running(progress));
      case LongJobState.Paused(_) -> state.set(new LongJobState.Paused(progress));
      case LongJobState.Cancelling(),LongJobState.Ended(_) -> {}
    }
  }

  /** Shows that it waits, or goes on. */
  public void paused(boolean is) {
    switch (state.get()) {
      case LongJobState.Running(var progress) when is ->
        state.set(new LongJobState.Paused(progress));
      case LongJobState.Paused(var progress) when !is ->
        state.set(new LongJobState.Running(progress));
      case LongJobState.Running(_),LongJobState.Paused(_),LongJobState.Cancelling(),LongJobState.Ended(_) ->
        {}
    }
  }

  /** It has ended. */
  public void end(End end) {
    if (!ended()) {
      took = Duration.between(created, Instant.now());
      state.set(new LongJobState.Ended(end));
    }
  }
}

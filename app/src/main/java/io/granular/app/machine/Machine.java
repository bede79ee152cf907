package io.granular.app.machine;

import io.granular.app.fx.Background;
import io.granular.app.fx.Latest;
import io.granular.engine.studio.Engine;
import io.granular.engine.studio.EngineInfo;
import javafx.animation.Animation;
import javafx.animation.KeyFrame;
import javafx.animation.Timeline;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.util.Duration;
import org.jspecify.annotations.Nullable;

/** What the engine says about this computer, asked again every few seconds for the free memory. */
public final class Machine {
  private static final Duration INTERVAL = Duration.seconds(4);

  private final Engine engine;
  private final Latest latest;
  private final ReadOnlyObjectWrapper<@Nullable EngineInfo> info = new ReadOnlyObjectWrapper<>();
  private final ReadOnlyObjectWrapper<@Nullable String> problem = new ReadOnlyObjectWrapper<>();
  private final Timeline clock;

  public Machine(Engine engine, Background background) {
    this.engine = engine;
    latest = new Latest(background);
    clock = new Timeline(new KeyFrame(INTERVAL, _ -> refresh()));
    clock.setCycleCount(Animation.INDEFINITE);
  }

  /** The last answer; null before the first. */
  public ReadOnlyObjectProperty<@Nullable EngineInfo> info() {
    return info.getReadOnlyProperty();
  }

  /** Why there is no answer; null if there is one. */
  public ReadOnlyObjectProperty<@Nullable String> problem() {
    return problem.getReadOnlyProperty();
  }

  /** Asks now and from then on. */
  public void start() {
    refresh();
    clock.play();
  }

  /** Asks no more. */
  public void stop() {
    clock.stop();
  }

  /** Asks now. */
  public void refresh() {
    latest.submit(engine::engineInfo, answer -> {
      problem.set(null);
      info.set(answer);
    }, failure -> problem.set(failure.getMessage()));
  }
}

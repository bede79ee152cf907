package io.granular.app.compare;

import io.granular.app.fx.Listening;
import javafx.animation.Animation;
import javafx.animation.KeyFrame;
import javafx.animation.Timeline;
import javafx.util.Duration;

/** Changes the visible side at the chosen rate while the blink view is open. */
final class Blinking {
  private final StageModel model;
  private final Timeline clock = new Timeline();

  Blinking(StageModel model) {
    this.model = model;
    clock.setCycleCount(Animation.INDEFINITE);
    Listening.follow(this::update, model.mode(), model.blinkRate());
  }

  private void update() {
    clock.stop();
    if (model.mode().get() == ViewMode.BLINK) {
      clock.getKeyFrames()
          .setAll(new KeyFrame(Duration.seconds(1 / model.blinkRate().get()),
              _ -> model.blinking().set(model.blinking().get().other())));
      clock.play();
    }
  }
}

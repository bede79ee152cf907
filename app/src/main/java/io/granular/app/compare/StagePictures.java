package io.granular.app.compare;

import io.granular.app.control.Notice;
import io.granular.app.fx.Background;
import io.granular.app.fx.Latest;
import io.granular.app.fx.Listening;
import io.granular.app.picture.Picture;
import io.granular.app.picture.PictureCache;
import io.granular.app.session.Session;
import io.granular.app.session.Side;
import io.granular.app.session.SideModel;
import io.granular.app.session.SideRun;
import io.granular.app.text.Texts;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps each side's picture on the stage: the live preview while it generates, otherwise the chosen
 * step of the shown run. Decodes off the JavaFX thread; until then the last picture stays.
 */
final class StagePictures {
  private final StageModel model;
  private final PictureCache cache;
  private final Texts texts;
  private final Consumer<Notice> notices;

  StagePictures(StageModel model, Session session, PictureCache cache, Background background,
      Texts texts, Consumer<Notice> notices) {
    this.model = model;
    this.cache = cache;
    this.texts = texts;
    this.notices = notices;
    for (Side side : Side.values()) {
      SideModel sideModel = session.side(side);
      Arrivals arrivals = new Arrivals(new Latest(background));
      Listening.follow(() -> update(sideModel, arrivals), sideModel.live(), sideModel.shown(),
          model.step());
    }
  }

  /** One side's decoding. A picture that arrives after a newer one was shown comes too late. */
  private static final class Arrivals {
    private final Latest latest;
    private int asked;
    private int shown;

    Arrivals(Latest latest) {
      this.latest = latest;
    }
  }

  private void update(SideModel side, Arrivals arrivals) {
    int turn = ++arrivals.asked;
    Path wanted = wanted(side);
    Picture known = wanted == null ? null : cache.get(wanted);
    if (wanted == null || known != null) {
      arrivals.latest.forget();
      arrivals.shown = turn;
      side.picture().set(known);
      return;
    }
    arrivals.latest.submit(() -> cache.read(wanted), picture -> {
      if (turn > arrivals.shown) {
        arrivals.shown = turn;
        side.picture().set(picture);
      }
    }, problem -> failed(side, wanted, problem));
  }

  private @Nullable Path wanted(SideModel side) {
    Path live = side.live().get();
    if (live != null) {
      return live;
    }
    SideRun shown = side.shown().get();
    return shown == null ? null : shown.frame(model.step().get());
  }

  /** A preview that is gone by now is no loss; a picture that is to stay is. */
  private void failed(SideModel side, Path file, Exception problem) {
    if (file.equals(wanted(side)) && side.live().get() == null) {
      String message = problem.getMessage();
      notices.accept(Notice.error(texts.get("stage.unreadable"),
          message == null ? file.toString() : message, texts.get("stage.unreadable.remedy"), ""));
    }
  }
}

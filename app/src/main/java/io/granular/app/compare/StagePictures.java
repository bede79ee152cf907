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
      Latest latest = new Latest(background);
      Listening.follow(() -> update(sideModel, latest), sideModel.live(), sideModel.shown(),
        model.step());
    }
  }

  private void update(SideModel side, Latest latest) {
    Path wanted = wanted(side);
    if (wanted == null) {
      side.picture().set(null);
      latest.forget();
      return;
    }
    Picture known = cache.get(wanted);
    if (known != null) {
      side.picture().set(known);
      latest.forget();
      return;
    }
    latest.submit(() -> cache.read(wanted), picture -> {
      if (wanted(side) != null) {
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

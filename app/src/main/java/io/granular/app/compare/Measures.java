package io.granular.app.compare;

import io.granular.app.fx.Background;
import io.granular.app.fx.Latest;
import io.granular.app.fx.Listening;
import io.granular.app.picture.Difference;
import io.granular.app.picture.DifferencePicture;
import io.granular.app.picture.DifferenceRenderer;
import io.granular.app.picture.Picture;
import io.granular.app.session.Session;
import io.granular.app.session.Side;
import io.granular.engine.metric.PictureMetrics;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.value.ObservableValue;
import org.jspecify.annotations.Nullable;

/**
 * What is computed from the two pictures on the stage: the metrics once nothing generates, and the
 * painted difference while that view is open. All of it off the JavaFX thread.
 */
final class Measures {
  private final StageModel model;
  private final ObjectProperty<@Nullable Picture> a;
  private final ObjectProperty<@Nullable Picture> b;
  private final ObservableValue<Boolean> running;
  private final Latest metricsWork;
  private final Latest differenceWork;
  private final DifferenceRenderer renderer = new DifferenceRenderer();
  private final ReadOnlyObjectWrapper<@Nullable PictureMetrics> metrics =
      new ReadOnlyObjectWrapper<>();

  Measures(StageModel model, Session session, ObservableValue<Boolean> running,
      Background background) {
    this.model = model;
    this.running = running;
    a = session.side(Side.A).picture();
    b = session.side(Side.B).picture();
    metricsWork = new Latest(background);
    differenceWork = new Latest(background);
    Listening.follow(this::measure, a, b, running);
    Listening.follow(this::paint, a, b, model.mode(), model.difference());
  }

  /** Of the two pictures on the stage; null while there are not two of one size. */
  ReadOnlyObjectProperty<@Nullable PictureMetrics> metrics() {
    return metrics.getReadOnlyProperty();
  }

  // The very pictures that were measured, not ones that look the same.
  @SuppressWarnings("ReferenceEquality")
  private void measure() {
    Picture left = a.get();
    Picture right = b.get();
    if (left == null || right == null || !left.sameSize(right) || running.getValue()) {
      metricsWork.forget();
      metrics.set(null);
      return;
    }
    metricsWork.submit(() -> PictureMetrics.compare(left.rgb(), right.rgb()), answer -> {
      if (left.equals(a.get()) && right.equals(b.get()) && !running.getValue()) {
        metrics.set(answer);
      }
    }, _ -> metrics.set(null));
  }

  @SuppressWarnings("ReferenceEquality")
  private void paint() {
    Picture left = a.get();
    Picture right = b.get();
    if (left == null || right == null || !left.sameSize(right)
        || model.mode().get() != ViewMode.DIFFERENCE) {
      differenceWork.forget();
      model.differencePicture().set(null);
      return;
    }
    Difference settings = model.difference().get();
    differenceWork.<DifferencePicture>submit(
        () -> renderer.render(left.rgb(), right.rgb(), settings),
        picture -> {
          if (left.equals(a.get()) && right.equals(b.get())) {
            model.differencePicture().set(picture);
          }
        },
        _ -> model.differencePicture().set(null));
  }
}

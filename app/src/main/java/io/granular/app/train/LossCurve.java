package io.granular.app.train;

import io.granular.engine.run.RunProgress.Learning;
import io.granular.engine.train.TrainingResult;
import java.util.ArrayList;
import java.util.List;
import javafx.beans.property.ReadOnlyIntegerProperty;
import javafx.beans.property.ReadOnlyIntegerWrapper;

/** Losses over steps; those of single steps averaged, so that there are never too many points. JavaFX thread only. */
final class LossCurve {
  private static final int MOST = 256;

  private final List<double[]> training = new ArrayList<>();
  private final List<double[]> heldOut = new ArrayList<>();
  private final ReadOnlyIntegerWrapper version = new ReadOnlyIntegerWrapper();
  private double before = Double.NaN;
  private int last = -1;
  /** So many steps make a point. */
  private int width = 1;
  private double sum;
  private int count;

  /** Step and mean loss of the lessons around it. */
  List<double[]> training() {
    return training;
  }

  /** Step and held-out loss. */
  List<double[]> heldOut() {
    return heldOut;
  }

  /** Held-out loss before training; NaN if not known yet. */
  double before() {
    return before;
  }

  /** Changes with every new point. */
  ReadOnlyIntegerProperty version() {
    return version.getReadOnlyProperty();
  }

  /** Forgets everything. */
  void clear() {
    training.clear();
    heldOut.clear();
    before = Double.NaN;
    last = -1;
    width = 1;
    sum = 0;
    count = 0;
    change();
  }

  /** A step was made. */
  void add(int step, Learning learning) {
    boolean changed = examined(step, learning);
    if (step > last && Double.isFinite(learning.loss())) {
      last = step;
      sum += learning.loss();
      if (++count >= width) {
        training.add(new double[]{step, sum / count});
        sum = 0;
        count = 0;
        changed = true;
        thin();
      }
    }
    if (changed) {
      change();
    }
  }

  /** The losses as the finished training has them. */
  void show(TrainingResult result) {
    clear();
    before = result.before();
    for (TrainingResult.Point point : result.curve()) {
      heldOut.add(new double[]{point.step(), point.heldOut()});
      if (Double.isFinite(point.loss())) {
        training.add(new double[]{point.step(), point.loss()});
      }
    }
    change();
  }

  private boolean examined(int step, Learning learning) {
    boolean changed = false;
    if (Double.isNaN(before) && Double.isFinite(learning.before())) {
      before = learning.before();
      // A training that was resumed begins its curve where it is.
      heldOut.add(new double[]{Math.max(0, step - 1), learning.heldOut()});
      changed = true;
    }
    boolean known = !heldOut.isEmpty() && heldOut.getLast()[1] == learning.heldOut();
    if (!known && Double.isFinite(learning.heldOut())) {
      heldOut.add(new double[]{step, learning.heldOut()});
      changed = true;
    }
    return changed;
  }

  private void thin() {
    if (training.size() <= MOST) {
      return;
    }
    List<double[]> half = new ArrayList<>();
    for (int i = 0; i + 1 < training.size(); i += 2) {
      half.add(new double[]{training.get(i + 1)[0],
          (training.get(i)[1] + training.get(i + 1)[1]) / 2});
    }
    if (training.size() % 2 == 1) {
      half.add(training.getLast());
    }
    training.clear();
    training.addAll(half);
    width *= 2;
  }

  private void change() {
    version.set(version.get() + 1);
  }
}

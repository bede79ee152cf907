package io.granular.app.compare;

import io.granular.app.fx.Background;
import io.granular.app.fx.Latest;
import io.granular.app.fx.Listening;
import io.granular.app.picture.Picture;
import io.granular.app.session.Session;
import io.granular.app.session.Side;
import io.granular.app.session.SideRun;
import java.io.IOException;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;

/** How far the two runs are apart after every step, from their previews. */
final class Divergence {
  private final Session session;
  private final Latest latest;
  private final ReadOnlyObjectWrapper<double[]> curve =
      new ReadOnlyObjectWrapper<>(new double[0]);

  Divergence(Session session, Background background) {
    this.session = session;
    latest = new Latest(background);
    Listening.follow(this::update, session.side(Side.A).shown(), session.side(Side.B).shown());
  }

  /** Root mean squared difference of the previews in 8-bit levels, per step; empty if unknown. */
  ReadOnlyObjectProperty<double[]> curve() {
    return curve.getReadOnlyProperty();
  }

  // The very pictures that were measured, not ones that look the same.
  @SuppressWarnings("ReferenceEquality")
  private void update() {
    SideRun a = session.side(Side.A).shown().get();
    SideRun b = session.side(Side.B).shown().get();
    if (a == null || b == null) {
      latest.forget();
      curve.set(new double[0]);
      return;
    }
    curve.set(new double[0]);
    latest.submit(() -> compute(a, b), values -> {
      if (a.equals(session.side(Side.A).shown().get())
          && b.equals(session.side(Side.B).shown().get())) {
        curve.set(values);
      }
    }, _ -> curve.set(new double[0]));
  }

  private static double[] compute(SideRun a, SideRun b) throws IOException {
    int steps = Math.max(a.steps(), b.steps());
    double[] values = new double[steps];
    for (int step = 1; step <= steps; step++) {
      // Read past the cache: each frame is needed once, and what is on the stage should stay.
      Picture left = Picture.read(a.frame(step));
      Picture right = Picture.read(b.frame(step));
      if (!left.sameSize(right)) {
        return new double[0];
      }
      values[step - 1] = rootMeanSquare(left.rgb().rgb(), right.rgb().rgb());
    }
    return values;
  }

  private static double rootMeanSquare(byte[] p, byte[] q) {
    long squares = 0;
    for (int i = 0; i < p.length; i++) {
      long d = (long) (p[i] & 0xff) - (q[i] & 0xff);
      squares += d * d;
    }
    return Math.sqrt((double) squares / p.length);
  }
}

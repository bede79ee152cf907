package io.granular.engine.train;

import io.granular.engine.run.RunProgress;
import io.granular.engine.train.TrainingResult.Point;
import java.util.ArrayList;
import java.util.List;

/** Where a training stands; changes with every step. */
final class Standing {
  /** Steps made. */
  int step;
  /** Share of the training that a step takes, the largest so far. */
  double ahead;
  /** Learning rate of the last step. */
  double rate;
  /** Smallest held-out loss. */
  double best = Double.POSITIVE_INFINITY;
  /** After how many steps; 0 if nothing was better than no training. */
  int bestStep;
  /** Sum of losses since the last examination. */
  double losses;
  int lossesSince;
  /** When it was examined last, in seconds of training and as a share of it. */
  double examinedSeconds;
  double examinedDone;
  /** When a preview was drawn last, in seconds of training. */
  double drawnSeconds = Double.NEGATIVE_INFINITY;
  final List<Point> curve = new ArrayList<>();
  final List<RunProgress.Pictures> pictures = new ArrayList<>();

  /** Held-out loss before training. */
  double before() {
    return curve.getFirst().heldOut();
  }

  /** Held-out loss when it was examined last. */
  double heldOut() {
    return curve.getLast().heldOut();
  }
}

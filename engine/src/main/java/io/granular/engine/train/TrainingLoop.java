package io.granular.engine.train;

import io.granular.engine.lower.StudentNetwork;
import io.granular.engine.lower.StudentNetwork.Lesson;
import io.granular.engine.lower.StudentNetwork.Step;
import io.granular.engine.run.RunProgress;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Torch;
import io.granular.engine.train.TrainingResult.Point;
import io.granular.engine.train.Trajectories.Evaluated;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;

/** Steps and examinations until time is up; keeps the best average of the weights. */
final class TrainingLoop {
  /** An examination takes a second or two on two cores. */
  private static final double BETWEEN_EXAMINATIONS = 30;
  private static final int FEWEST_EXAMINATIONS = 4;

  private final Torch torch;
  private final StudentNetwork student;
  private final Curriculum curriculum;
  private final Lessons lessons;
  private final Schedule schedule;
  private final int batch;
  private final TrainingClock clock;
  private final BestWeights kept;
  private final List<Point> curve = new ArrayList<>();
  private double best = Double.POSITIVE_INFINITY;
  private int bestStep;
  private int step;
  private double rate;
  private double losses;
  private int lossesSince;

  /** @param kept receives the weights whenever they are better than before training and ever since */
  TrainingLoop(Torch torch, StudentNetwork student, Curriculum curriculum, Lessons lessons,
      Schedule schedule, int batch, TrainingClock clock, BestWeights kept) {
    this.torch = torch;
    this.student = student;
    this.curriculum = curriculum;
    this.lessons = lessons;
    this.schedule = schedule;
    this.batch = batch;
    this.clock = clock;
    this.kept = kept;
  }

  /**
   * Trains.
   *
   * @return whether it was ended before time was up
   * @throws CancellationException if it was ended before anything was better
   */
  boolean run() {
    clock.begin(0);
    List<Evaluated> examination = curriculum.examination(clock::check);
    examine(examination);
    try {
      learn(examination);
      return false;
    } catch (CancellationException e) {
      if (bestStep == 0) {
        throw e;
      }
      return true;
    }
  }

  private void learn(List<Evaluated> examination) {
    double examined = clock.trained();
    double examinedAt = 0;
    double done = 0;
    double ahead = schedule.done(1, 0);
    while (done < 1) {
      clock.check();
      clock.pause(step, learning(Double.NaN), () -> {});
      double loss;
      try (Scope scope = torch.scope()) {
        Lesson lesson = lessons.of(scope, curriculum.next(batch, clock::check));
        rate = schedule.rateAt(done, ahead);
        Step made = student.learn(lesson, rate, Schedule.averaging(step));
        loss = made.loss();
      }
      requireFinite(loss);
      step++;
      losses += loss;
      lossesSince++;
      double before = done;
      done = schedule.done(step, clock.trained());
      ahead = Math.max(ahead, done - before);
      if (done >= 1 || clock.trained() - examined >= BETWEEN_EXAMINATIONS
          || done - examinedAt >= 1.0 / FEWEST_EXAMINATIONS) {
        examine(examination);
        examined = clock.trained();
        examinedAt = done;
      }
      clock.step(step, learning(loss));
    }
  }

  private RunProgress.Learning learning(double loss) {
    return new RunProgress.Learning(loss, before(), curve.getLast().heldOut(), best, bestStep, rate,
        clock.trained(), null);
  }

  private void examine(List<Evaluated> examination) {
    double sum = 0;
    for (int i = 0; i < examination.size(); i += batch) {
      clock.check();
      List<Evaluated> part = examination.subList(i, Math.min(i + batch, examination.size()));
      try (Scope scope = torch.scope()) {
        sum += student.loss(lessons.of(scope, part)) * part.size();
      }
    }
    double loss = sum / examination.size();
    requireFinite(loss);
    curve.add(new Point(step, clock.trained(),
        lossesSince == 0 ? Double.NaN : losses / lossesSince, loss));
    losses = 0;
    lossesSince = 0;
    if (loss < best) {
      best = loss;
      bestStep = step;
      if (step > 0) {
        kept.keep(student.averaged());
      }
    }
  }

  private void requireFinite(double loss) {
    if (!Double.isFinite(loss)) {
      throw new IllegalArgumentException("The loss became " + loss + " at step " + (step + 1)
          + ". Take a smaller learning rate.");
    }
  }

  /** Held-out loss before training. */
  double before() {
    return curve.getFirst().heldOut();
  }

  double best() {
    return best;
  }

  /** After how many steps it was best; 0 if training made nothing better. */
  int bestStep() {
    return bestStep;
  }

  int steps() {
    return step;
  }

  List<Point> curve() {
    return curve;
  }
}

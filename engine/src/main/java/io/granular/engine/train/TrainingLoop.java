package io.granular.engine.train;

import io.granular.engine.lower.StudentNetwork;
import io.granular.engine.lower.StudentNetwork.Step;
import io.granular.engine.run.RunProgress;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Torch;
import io.granular.engine.train.TrainingResult.Point;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Steps and examinations until time is up; writes down the best weights and checkpoints. */
final class TrainingLoop {
  private final Torch torch;
  private final StudentNetwork student;
  private final Course course;
  private final Lessons lessons;
  private final Schedule schedule;
  private final Learning learning;
  private final TrainingClock clock;
  private final Journal journal;
  private final @Nullable Easel easel;
  private final Standing standing;

  /**
   * @param easel draws previews; null for none
   * @param standing a fresh one, or that of a checkpoint
   */
  TrainingLoop(Torch torch, StudentNetwork student, Course course, Lessons lessons,
      Schedule schedule, Learning learning, TrainingClock clock, Journal journal,
      @Nullable Easel easel, Standing standing) {
    this.torch = torch;
    this.student = student;
    this.course = course;
    this.lessons = lessons;
    this.schedule = schedule;
    this.learning = learning;
    this.clock = clock;
    this.journal = journal;
    this.easel = easel;
    this.standing = standing;
  }

  /**
   * Trains.
   *
   * @return whether it was ended before time was up
   * @throws CancellationException if it was ended before anything was better
   */
  boolean run() {
    List<Evaluated> examination = course.examination(clock::check);
    if (standing.step == 0) {
      RunProgress.Pictures pictures = examine(examination);
      if (pictures != null) {
        clock.step(0, learning(Double.NaN, pictures));
      }
      standing.ahead = schedule.done(1, 0);
    }
    try {
      learn(examination);
      return false;
    } catch (CancellationException e) {
      if (standing.bestStep == 0) {
        throw e;
      }
      return true;
    }
  }

  private void learn(List<Evaluated> examination) {
    double done = schedule.done(standing.step, clock.trained());
    while (done < 1) {
      clock.check();
      double at = done;
      clock.pause(standing.step, learning(Double.NaN, null),
          () -> journal.checkpoint(standing, clock.trained(), at));
      clock.check();
      double loss = step(done);
      requireFinite(loss);
      standing.step++;
      standing.losses += loss;
      standing.lossesSince++;
      double before = done;
      done = schedule.done(standing.step, clock.trained());
      standing.ahead = Math.max(standing.ahead, done - before);
      RunProgress.Pictures pictures = null;
      if (schedule.examines(standing, done, clock.trained())) {
        pictures = examine(examination);
        standing.examinedSeconds = clock.trained();
        standing.examinedDone = done;
      }
      journal.step(standing, clock.trained(), done);
      clock.step(standing.step, learning(loss, pictures));
    }
  }

  private double step(double done) {
    standing.rate = schedule.rateAt(done, standing.ahead);
    int number = standing.step + 1;
    double averaging = Schedule.averaging(standing.step);
    int batches = learning.accumulation();
    if (batches == 1) {
      try (Scope scope = torch.scope()) {
        Step made = student.learn(
            lessons.of(scope, course.next(learning.batch(), clock::check), true), number,
            standing.rate, averaging);
        return made.loss();
      }
    }
    double loss = 0;
    for (int i = 0; i < batches; i++) {
      try (Scope scope = torch.scope()) {
        loss += student.accumulate(
            lessons.of(scope, course.next(learning.batch(), () -> {}), true), batches).loss();
      }
    }
    student.apply(number, standing.rate, averaging);
    return loss / batches;
  }

  /** The held-out loss of the average, which is kept if it is the best; pictures too if it is time for them. */
  private RunProgress.@Nullable Pictures examine(List<Evaluated> examination) {
    double sum = 0;
    int batch = learning.batch();
    for (int i = 0; i < examination.size(); i += batch) {
      clock.check();
      List<Evaluated> part = examination.subList(i, Math.min(i + batch, examination.size()));
      try (Scope scope = torch.scope()) {
        sum += student.loss(lessons.of(scope, part, false)) * part.size();
      }
    }
    double loss = sum / examination.size();
    requireFinite(loss);
    standing.curve.add(new Point(standing.step, clock.trained(),
        standing.lossesSince == 0 ? Double.NaN : standing.losses / standing.lossesSince, loss));
    standing.losses = 0;
    standing.lossesSince = 0;
    if (loss < standing.best) {
      standing.best = loss;
      standing.bestStep = standing.step;
      if (standing.step > 0) {
        journal.best(standing.step);
      }
    }
    return easel == null ? null : easel.draw(standing, clock);
  }

  private RunProgress.Learning learning(double loss, RunProgress.@Nullable Pictures pictures) {
    return new RunProgress.Learning(loss, standing.before(), standing.heldOut(), standing.best,
        standing.bestStep, standing.rate, clock.trained(), pictures);
  }

  private void requireFinite(double loss) {
    if (!Double.isFinite(loss)) {
      throw new IllegalArgumentException("The loss became " + loss + " at step "
          + (standing.step + 1) + ". Take a smaller learning rate.");
    }
  }
}

package io.granular.app.fake;

import io.granular.engine.run.RunListener;
import io.granular.engine.run.RunProgress;
import io.granular.engine.run.RunProgress.Learning;
import io.granular.engine.run.RunProgress.Pictures;
import io.granular.engine.run.RunProgress.Stage;
import io.granular.engine.store.Png;
import io.granular.engine.studio.TrainingOutcome;
import io.granular.engine.studio.TrainingRun;
import io.granular.engine.train.TrainingRequest;
import io.granular.engine.train.TrainingResult;
import io.granular.engine.train.TrainingResult.Point;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** A training whose steps a test makes; its losses fall, and its pictures come closer. */
public final class FakeTraining implements TrainingRun {
  public static final double BEFORE = 0.0140;
  private static final int STEPS = 480;
  private static final int EXAMINATION = 40;
  private static final int SIZE = 128;

  private final TrainingRequest request;
  private final RunListener listener;
  private final Random random = new Random(3);
  private final CompletableFuture<TrainingOutcome> outcome = new CompletableFuture<>();
  private final List<Point> curve = new ArrayList<>();
  private final List<Pictures> pictures = new ArrayList<>();
  private volatile State state = State.WAITING;
  private volatile int cancels;
  private int step;
  private double heldOut = BEFORE;
  private int bestStep;

  FakeTraining(TrainingRequest request, RunListener listener, int from) {
    this.request = request;
    this.listener = listener;
    step = from;
  }

  /** What was asked for. */
  public TrainingRequest request() {
    return request;
  }

  /** Its turn has come. */
  public void begin() {
    state = State.RUNNING;
    tell(Stage.STARTING, null);
    tell(Stage.LOADING, null);
  }

  /** Makes steps up to that one; draws at each examination. */
  public void learn(int to) {
    if (step == 0) {
      curve.add(new Point(0, 0, Double.NaN, BEFORE));
      tell(Stage.TRAINING, learning(BEFORE, draw()));
    }
    while (step < to) {
      step++;
      double loss = falling(step) * (0.6 + 0.8 * random.nextDouble());
      Pictures drawn = null;
      if (step % EXAMINATION == 0) {
        heldOut = falling(step);
        bestStep = step;
        curve.add(new Point(step, step * 0.5, loss, heldOut));
        drawn = draw();
      }
      tell(Stage.TRAINING, learning(loss, drawn));
    }
  }

  /** Pauses or resumes as it was asked to. */
  public void obey() {
    boolean pausing = state == State.PAUSING;
    state = pausing ? State.PAUSED : State.RUNNING;
    tell(pausing ? Stage.PAUSED : Stage.TRAINING, learning(falling(step), null));
  }

  /** The trained model is there. */
  public void finish(boolean stopped) {
    tell(Stage.WRITING, null);
    state = State.ENDED;
    try {
      Files.createDirectories(request.to());
      Files.writeString(request.to().resolve("recipe.json"), FakeRecipe.W3.info().json());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    outcome.complete(new TrainingOutcome.Finished(new TrainingResult(request.to(),
        request.to().resolve("recipe.json"), 96, 5_200_000, step, step * 0.5, BEFORE, heldOut,
        bestStep, stopped, curve, pictures)));
  }

  /** It goes wrong. */
  public void fail(TrainingOutcome.Failed how) {
    state = State.ENDED;
    outcome.complete(how);
  }

  /** It is ended before anything was better. */
  public void end() {
    state = State.ENDED;
    outcome.complete(new TrainingOutcome.Cancelled());
  }

  /** How often it was asked to end. */
  public int cancels() {
    return cancels;
  }

  @Override
  public void cancel() {
    cancels++;
  }

  @Override
  public void pause() {
    state = State.PAUSING;
  }

  @Override
  public void resume() {
    state = State.RUNNING;
  }

  @Override
  public State state() {
    return state;
  }

  @Override
  public CompletableFuture<TrainingOutcome> outcome() {
    return outcome;
  }

  private static double falling(int atStep) {
    return BEFORE * (0.22 + 0.78 * Math.exp(-atStep / 110.0));
  }

  private Learning learning(double loss, Pictures drawn) {
    double rate = request.learning().rate() * Math.min(1, (step + 1) / 24.0)
        * 0.5 * (1 + Math.cos(Math.PI * step / STEPS));
    return new Learning(loss, BEFORE, heldOut, heldOut, bestStep, rate, step * 0.5, drawn);
  }

  private Pictures draw() {
    Path folder = request.to().resolveSibling(request.to().getFileName() + ".pictures");
    Path student = folder.resolve("student-%04d.png".formatted(step));
    Path teacher = folder.resolve("teacher.png");
    try {
      Files.createDirectories(folder);
      Png.write(student, FakePicture.draw(SIZE, SIZE, 42, 1, 60 * heldOut / BEFORE));
      Png.write(teacher, FakePicture.draw(SIZE, SIZE, 42, 1, 0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Pictures drawn = new Pictures(student, teacher, step);
    pictures.add(drawn);
    return drawn;
  }

  private void tell(Stage stage, Learning learning) {
    boolean counted = stage == Stage.TRAINING || stage == Stage.PAUSED;
    listener.progress(new RunProgress(stage, counted ? step : 0, counted && step > 0 ? STEPS : 0,
        3 + step * 0.5, step == 0 ? Double.NaN : (STEPS - step) * 0.5, null, learning));
  }
}

package io.granular.engine.train;

import io.granular.engine.diffusion.TorchRandom;
import io.granular.engine.run.Rollouts;
import java.util.ArrayList;
import java.util.List;

/** Lessons from one's own pictures: each is made noisy to a level that is drawn. Each eighth is held out. */
final class Pictures implements Course {
  private static final int HELD_OUT = 8;
  /** Lessons of an examination, at most. */
  private static final int ASKED = 40;
  private static final int LEVELS = 5;

  private final Rollouts rollouts;
  private final DataStore data;
  private final int count;
  private final double dropout;
  private final long seed;
  private final Draws draws;
  private final List<Integer> learned = new ArrayList<>();
  private final List<Integer> heldOut = new ArrayList<>();

  /**
   * @param count pictures, at least two; the text of that number is the empty one
   * @param dropout share of captions that are left out
   */
  Pictures(Rollouts rollouts, DataStore data, int count, double dropout, long seed) {
    this.rollouts = rollouts;
    this.data = data;
    this.count = count;
    this.dropout = dropout;
    this.seed = seed;
    this.draws = new Draws(seed);
    for (int i = 0; i < count; i++) {
      boolean out = i % HELD_OUT == Math.min(HELD_OUT, count) - 1;
      (out ? heldOut : learned).add(i);
    }
  }

  @Override
  public List<Evaluated> examination(Runnable check) {
    // Of its own draws, so that it is the same at every examination and after every interruption.
    Draws own = new Draws(~seed);
    int pictures = Math.min(heldOut.size(), ASKED);
    int each = Math.max(1, Math.min(LEVELS, ASKED / pictures));
    List<Evaluated> lessons = new ArrayList<>();
    for (int i = 0; i < pictures; i++) {
      int picture = heldOut.get((int) ((long) i * heldOut.size() / pictures));
      for (int j = 0; j < each; j++) {
        // Evenly over all levels, shifted from picture to picture.
        double share = (j + (i + 0.5) / pictures) / each;
        int level = (int) Math.min(rollouts.levels() - 1, share * rollouts.levels());
        lessons.add(lesson(picture, picture, level, own.nextInt()));
      }
    }
    return lessons;
  }

  @Override
  public List<Evaluated> next(int batch, Runnable check) {
    List<Evaluated> lessons = new ArrayList<>();
    for (int i = 0; i < batch; i++) {
      int picture = learned.get(draws.nextInt(learned.size()));
      int text = draws.nextDouble() < dropout ? count : picture;
      lessons.add(lesson(picture, text, draws.nextInt(rollouts.levels()), draws.nextInt()));
    }
    return lessons;
  }

  private Evaluated lesson(int picture, int text, int level, int noise) {
    float[] clean = data.latents(picture);
    Rollouts.Noised noised =
        rollouts.noised(clean, new TorchRandom(noise).randn(clean.length), level);
    return new Evaluated(text, noised.input(), level, noised.target());
  }

  @Override
  public State state() {
    return new State(draws.state(), 0, 0, List.of(), List.of());
  }

  @Override
  public void resume(State state) {
    draws.resume(state.random());
  }
}

package io.granular.engine.train;

import io.granular.engine.run.Conditioning;
import io.granular.engine.train.Trajectories.Evaluated;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * Which lessons are learned when. Some of the teacher's trajectories are kept and lessons drawn from all of them, so that
 * one batch has several prompts and noise levels; each is replaced after a while, so that none is learned by heart. Other
 * prompts, from other seeds, are held out.
 */
final class Curriculum {
  /** Of so many prompts one is held out. */
  private static final int HELD_OUT = 8;
  /** Evaluations of a held-out trajectory that are asked. */
  private static final int ASKED = 5;
  private static final int FIRST = 4;
  private static final int KEPT = 16;
  private static final long HELD_OUT_SEEDS = 1_000_000_007L;

  private final Trajectories trajectories;
  private final List<Conditioning> learned = new ArrayList<>();
  private final List<Conditioning> heldOut = new ArrayList<>();
  private final Deque<List<Evaluated>> pool = new ArrayDeque<>();
  private final Random random;
  private final long seed;
  private int followed;
  private int drawn;

  /** @param texts at least two */
  Curriculum(Trajectories trajectories, List<Conditioning> texts, long seed) {
    if (texts.size() < 2) {
      throw new IllegalArgumentException(
          "Training needs at least two prompts: one to learn from and one to hold out.");
    }
    this.trajectories = trajectories;
    this.seed = seed;
    this.random = new Random(seed);
    for (int i = 0; i < texts.size(); i++) {
      boolean out = i % HELD_OUT == Math.min(HELD_OUT, texts.size()) - 1;
      (out ? heldOut : learned).add(texts.get(i));
    }
  }

  /** Lessons that are never learned, from the whole length of trajectories. */
  List<Evaluated> examination(Runnable check) {
    List<Evaluated> all = new ArrayList<>();
    for (int i = 0; i < heldOut.size(); i++) {
      List<Evaluated> run = trajectories.follow(heldOut.get(i), seed + HELD_OUT_SEEDS + i, check);
      int asked = Math.min(ASKED, run.size());
      for (int j = 0; j < asked; j++) {
        // Shifted from prompt to prompt, so that together they cover all timesteps.
        all.add(run.get((j * run.size() / asked + i) % run.size()));
      }
    }
    return all;
  }

  /** The next batch; runs the teacher when it is time for new trajectories. */
  List<Evaluated> next(int batch, Runnable check) {
    // As many evaluations are learned from as the teacher makes: fewer of them would be learned by heart.
    while (pool.size() < FIRST || drawn >= pool.getLast().size()) {
      Conditioning text = learned.get(random.nextInt(learned.size()));
      pool.add(trajectories.follow(text, seed + followed++, check));
      drawn = 0;
      if (pool.size() > KEPT) {
        pool.removeFirst();
      }
    }
    List<List<Evaluated>> runs = List.copyOf(pool);
    List<Evaluated> lessons = new ArrayList<>();
    for (int i = 0; i < batch; i++) {
      List<Evaluated> run = runs.get(random.nextInt(runs.size()));
      lessons.add(run.get(random.nextInt(run.size())));
    }
    drawn += batch;
    return lessons;
  }
}

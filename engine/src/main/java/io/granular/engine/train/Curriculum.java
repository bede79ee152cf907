package io.granular.engine.train;

import io.granular.engine.run.Conditioning;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Which lessons are learned when. Some of the teacher's trajectories are kept and lessons drawn from all of them, so that
 * one batch has several prompts and noise levels; each is replaced after a while, so that none is learned by heart. Other
 * prompts, from other seeds, are held out.
 */
final class Curriculum implements Course {
  /** Of so many prompts one is held out. */
  private static final int HELD_OUT = 8;
  /** Evaluations of a held-out trajectory that are asked. */
  private static final int ASKED = 5;
  private static final int FIRST = 4;
  private static final int KEPT = 16;
  private static final long HELD_OUT_SEEDS = 1_000_000_007L;

  private final Trajectories trajectories;
  private final List<Conditioning> texts;
  private final List<Integer> learned = new ArrayList<>();
  private final List<Integer> heldOut = new ArrayList<>();
  private final Deque<List<Evaluated>> pool = new ArrayDeque<>();
  private final Draws random;
  private final long seed;
  private int followed;
  private int drawn;
  private List<Evaluated> examination = List.of();

  /** @param texts at least two */
  Curriculum(Trajectories trajectories, List<Conditioning> texts, long seed) {
    if (texts.size() < 2) {
      throw new IllegalArgumentException(
          "Training needs at least two prompts: one to learn from and one to hold out.");
    }
    this.trajectories = trajectories;
    this.texts = List.copyOf(texts);
    this.seed = seed;
    this.random = new Draws(seed);
    for (int i = 0; i < texts.size(); i++) {
      boolean out = i % HELD_OUT == Math.min(HELD_OUT, texts.size()) - 1;
      (out ? heldOut : learned).add(i);
    }
  }

  /** From the whole length of trajectories. */
  @Override
  public List<Evaluated> examination(Runnable check) {
    if (!examination.isEmpty()) {
      return examination;
    }
    List<Evaluated> all = new ArrayList<>();
    for (int i = 0; i < heldOut.size(); i++) {
      List<Evaluated> run = follow(heldOut.get(i), seed + HELD_OUT_SEEDS + i, check);
      int asked = Math.min(ASKED, run.size());
      for (int j = 0; j < asked; j++) {
        // Shifted from prompt to prompt, so that together they cover all timesteps.
        all.add(run.get((j * run.size() / asked + i) % run.size()));
      }
    }
    examination = List.copyOf(all);
    return examination;
  }

  private List<Evaluated> follow(int text, long noise, Runnable check) {
    return trajectories.follow(text, texts.get(text), noise, check);
  }

  /** The next batch; runs the teacher when it is time for new trajectories. */
  @Override
  public List<Evaluated> next(int batch, Runnable check) {
    // As many evaluations are learned from as the teacher makes: fewer of them would be learned by heart.
    while (pool.size() < FIRST || drawn >= pool.getLast().size()) {
      int text = learned.get(random.nextInt(learned.size()));
      pool.add(follow(text, seed + followed++, check));
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

  @Override
  public State state() {
    List<Evaluated> lessons = new ArrayList<>(examination);
    pool.forEach(lessons::addAll);
    return new State(random.state(), followed, drawn, pool.stream().map(List::size).toList(),
        lessons);
  }

  @Override
  public void resume(State state) {
    random.resume(state.random());
    followed = state.followed();
    drawn = state.drawn();
    int pooled = state.runs().stream().mapToInt(Integer::intValue).sum();
    int at = state.lessons().size() - pooled;
    examination = state.lessons().subList(0, at);
    pool.clear();
    for (int length : state.runs()) {
      pool.add(state.lessons().subList(at, at + length));
      at += length;
    }
  }
}

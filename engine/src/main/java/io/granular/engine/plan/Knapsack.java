package io.granular.engine.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The multiple-choice knapsack problem: one option of every group, least cost in all, weight within a limit.
 *
 * <p>Solved exactly by dynamic programming over states that no other state beats in both cost and weight, group after group.
 * Lagrange's bound, with the multiplier of the linear relaxation, drops the states that cannot lead to anything better than
 * what greedy exchange has found at the start (Kellerer, Pferschy and Pisinger, Knapsack Problems, 2004, chapter 11). With
 * more than {@link #MOST_STATES} states at once those with the worst bounds are dropped too; then the solution says that it
 * may not be the best.
 */
final class Knapsack {
  static final int MOST_STATES = 50_000;
  /** Sums of doubles differ in their last digits with the order of the terms. */
  private static final double SLACK = 1e-12;

  /** One way for one group. */
  record Option(double cost, double weight) {}

  /**
   * What to take.
   *
   * @param picks index of the chosen option of every group
   * @param cost of all picks
   * @param weight of all picks
   * @param exact whether no other choice can cost less
   */
  record Solution(int[] picks, double cost, double weight, boolean exact) {}

  /** An option with its place among all options of its group. */
  private record Candidate(int index, double cost, double weight) {}

  /** A step from one option of a group to the next heavier one on the convex hull. */
  private record Increment(int group, int from, double cost, double weight) {
    double gain() {
      return -cost / weight;
    }
  }

  private record State(double cost, double weight, int pick, @Nullable State before) {}

  private final List<List<Candidate>> groups = new ArrayList<>();
  private final List<List<Candidate>> hulls = new ArrayList<>();
  private final double limit;
  private double multiplier;
  private boolean exact = true;

  private Knapsack(List<List<Option>> options, double limit) {
    this.limit = limit + SLACK * Math.abs(limit);
    for (List<Option> group : options) {
      if (group.isEmpty()) {
        throw new IllegalArgumentException("a group without options has no solution");
      }
      List<Candidate> best = efficient(group);
      groups.add(best);
      hulls.add(hull(best));
    }
  }

  /**
   * Solves.
   *
   * @param groups of at least one option each
   * @param limit of the weights' sum
   * @return empty if even the lightest options are too heavy
   */
  static Optional<Solution> minimise(List<List<Option>> groups, double limit) {
    return new Knapsack(groups, limit).solve();
  }

  private Optional<Solution> solve() {
    int[] greedy = greedy();
    if (weight(greedy) > limit) {
      return Optional.empty();
    }
    int[] best = search(cost(greedy), greedy);
    int[] picks = new int[best.length];
    for (int i = 0; i < picks.length; i++) {
      picks[i] = groups.get(i).get(best[i]).index;
    }
    return Optional.of(new Solution(picks, cost(best), weight(best), exact));
  }

  /** Options that no other beats, lightest first. */
  private static List<Candidate> efficient(List<Option> group) {
    List<Candidate> sorted = new ArrayList<>();
    for (int i = 0; i < group.size(); i++) {
      sorted.add(new Candidate(i, group.get(i).cost, group.get(i).weight));
    }
    sorted.sort(
        Comparator.comparingDouble(Candidate::weight).thenComparingDouble(Candidate::cost));
    List<Candidate> kept = new ArrayList<>();
    for (Candidate candidate : sorted) {
      if (kept.isEmpty() || candidate.cost < kept.getLast().cost) {
        kept.add(candidate);
      }
    }
    return kept;
  }

  /** Those on the lower convex hull, along which every further unit of weight gains less. */
  private static List<Candidate> hull(List<Candidate> efficient) {
    List<Candidate> hull = new ArrayList<>();
    for (Candidate next : efficient) {
      while (hull.size() > 1 && above(hull.get(hull.size() - 2), hull.getLast(), next)) {
        hull.removeLast();
      }
      hull.add(next);
    }
    return hull;
  }

  private static boolean above(Candidate a, Candidate b, Candidate c) {
    return (b.cost - a.cost) * (c.weight - a.weight) >= (c.cost - a.cost) * (b.weight - a.weight);
  }

  /**
   * From the lightest options upwards, always the step that gains most for its weight and still fits. The first one that
   * does not fit gives the multiplier.
   */
  private int[] greedy() {
    int[] picks = new int[groups.size()];
    List<Increment> increments = new ArrayList<>();
    for (int g = 0; g < hulls.size(); g++) {
      List<Candidate> hull = hulls.get(g);
      for (int i = 1; i < hull.size(); i++) {
        increments.add(new Increment(g, i - 1, hull.get(i).cost - hull.get(i - 1).cost,
            hull.get(i).weight - hull.get(i - 1).weight));
      }
    }
    increments.sort(Comparator.comparingDouble(Increment::gain).reversed());
    int[] steps = new int[groups.size()];
    double weight = weight(picks);
    for (Increment step : increments) {
      if (steps[step.group] != step.from) {
        continue;
      }
      if (weight + step.weight <= limit) {
        steps[step.group]++;
        weight += step.weight;
      } else if (multiplier == 0) {
        multiplier = step.gain();
      }
    }
    for (int g = 0; g < picks.length; g++) {
      picks[g] = groups.get(g).indexOf(hulls.get(g).get(steps[g]));
    }
    return picks;
  }

  private int[] search(double incumbent, int[] greedy) {
    double[] leastWeight = suffix(Candidate::weight);
    double[] leastReduced = suffix(c -> c.cost + multiplier * c.weight);
    List<State> states = List.of(new State(0, 0, -1, null));
    for (int g = 0; g < groups.size(); g++) {
      List<State> next = new ArrayList<>();
      for (State state : states) {
        List<Candidate> group = groups.get(g);
        for (int i = 0; i < group.size(); i++) {
          double cost = state.cost + group.get(i).cost;
          double weight = state.weight + group.get(i).weight;
          if (weight + leastWeight[g + 1] <= limit
              && bound(cost, weight, leastReduced[g + 1]) < incumbent) {
            next.add(new State(cost, weight, i, state));
          }
        }
      }
      states = thinned(undominated(next), leastReduced[g + 1]);
    }
    State best = null;
    for (State state : states) {
      if (state.cost < incumbent && (best == null || state.cost < best.cost)) {
        best = state;
      }
    }
    return best == null ? greedy : picks(best);
  }

  /** What the whole must cost at least, once the groups so far have this cost and weight. */
  private double bound(double cost, double weight, double leastReduced) {
    return cost + leastReduced - multiplier * (limit - weight);
  }

  private static List<State> undominated(List<State> states) {
    states.sort(Comparator.comparingDouble(State::weight).thenComparingDouble(State::cost));
    List<State> kept = new ArrayList<>();
    for (State state : states) {
      if (kept.isEmpty() || state.cost < kept.getLast().cost) {
        kept.add(state);
      }
    }
    return kept;
  }

  private List<State> thinned(List<State> states, double leastReduced) {
    if (states.size() <= MOST_STATES) {
      return states;
    }
    exact = false;
    return states.stream()
        .sorted(Comparator.comparingDouble(s -> bound(s.cost, s.weight, leastReduced)))
        .limit(MOST_STATES)
        .toList();
  }

  /** For every group, the sum of the smallest values of it and all groups after it. */
  private double[] suffix(ToDoubleFunction<Candidate> value) {
    double[] sums = new double[groups.size() + 1];
    for (int g = groups.size() - 1; g >= 0; g--) {
      sums[g] =
          sums[g + 1] + groups.get(g).stream().mapToDouble(value).min().orElseThrow();
    }
    return sums;
  }

  private int[] picks(State last) {
    int[] picks = new int[groups.size()];
    State state = last;
    for (int g = picks.length - 1; g >= 0 && state != null; g--) {
      picks[g] = state.pick;
      state = state.before;
    }
    return picks;
  }

  private double cost(int[] picks) {
    return sum(picks, Candidate::cost);
  }

  private double weight(int[] picks) {
    return sum(picks, Candidate::weight);
  }

  private double sum(int[] picks, ToDoubleFunction<Candidate> value) {
    double[] terms = new double[picks.length];
    Arrays.setAll(terms, g -> value.applyAsDouble(groups.get(g).get(picks[g])));
    return Arrays.stream(terms).sum();
  }
}

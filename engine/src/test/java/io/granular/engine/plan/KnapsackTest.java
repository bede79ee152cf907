package io.granular.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.granular.engine.plan.Knapsack.Option;
import io.granular.engine.plan.Knapsack.Solution;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnapsackTest {
  /** Whatever the groups: as good as the best of all choices, and within the limit. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void equalsTryingEverything(int groups) {
    Random random = new Random(groups);
    for (int trial = 0; trial < 400; trial++) {
      List<List<Option>> problem = problem(random, groups, trial % 3);
      double limit = limit(random, problem);

      Optional<Solution> solution = Knapsack.minimise(problem, limit);

      double best = everything(problem, limit, 0, 0, 0);
      if (Double.isInfinite(best)) {
        assertThat(solution).isEmpty();
      } else {
        Solution found = solution.orElseThrow();
        assertThat(found.exact()).isTrue();
        assertThat(found.cost()).as("trial " + trial).isEqualTo(best, within(1e-9));
        assertThat(found.weight()).isLessThanOrEqualTo(limit * (1 + 1e-9));
        assertSums(problem, found);
      }
    }
  }

  private static void assertSums(List<List<Option>> problem, Solution found) {
    double cost = 0;
    double weight = 0;
    for (int g = 0; g < problem.size(); g++) {
      Option picked = problem.get(g).get(found.picks()[g]);
      cost += picked.cost();
      weight += picked.weight();
    }
    assertThat(found.cost()).isEqualTo(cost, within(1e-9));
    assertThat(found.weight()).isEqualTo(weight, within(1e-9));
  }

  /** A pipeline's size: layers of very different sizes, errors over many orders of magnitude. */
  @Test
  void hundredsOfGroupsAreSolvedExactly() {
    Random random = new Random(7);
    List<List<Option>> problem = new ArrayList<>();
    for (int g = 0; g < 300; g++) {
      long weights = 1000L << random.nextInt(10);
      double scale = Math.pow(10, -6 * random.nextDouble());
      List<Option> options = new ArrayList<>();
      for (int bits : new int[]{16, 8, 6, 4, 3}) {
        options.add(new Option(scale * Math.pow(4, -bits) * (0.5 + random.nextDouble()),
            weights * bits / 8.0 + random.nextInt(64)));
      }
      problem.add(options);
    }
    for (double bits : new double[]{3.2, 4.5, 7, 12}) {
      double limit = problem.stream().mapToDouble(o -> o.getFirst().weight() / 16).sum() * bits;

      Solution solution = Knapsack.minimise(problem, limit).orElseThrow();

      assertThat(solution.exact()).as("%s bits", bits).isTrue();
      assertThat(solution.weight()).isLessThanOrEqualTo(limit);
    }
  }

  @Test
  void costAndWeightMayChangePlaces() {
    List<List<Option>> problem = List.of(List.of(new Option(4, 0.1), new Option(1, 0.5)),
        List.of(new Option(8, 0.1), new Option(2, 0.3)));

    assertThat(Knapsack.minimise(problem, 0.6).orElseThrow().picks()).containsExactly(0, 1);
    assertThat(Knapsack.minimise(problem, 0.4).orElseThrow().picks()).containsExactly(0, 1);
    assertThat(Knapsack.minimise(problem, 0.8).orElseThrow().picks()).containsExactly(1, 1);
    assertThat(Knapsack.minimise(problem, 0.1)).isEmpty();
  }

  /** @param kind 0 any numbers; 1 small whole ones, with many ties; 2 cost falls with weight, as with bits */
  private static List<List<Option>> problem(Random random, int groups, int kind) {
    List<List<Option>> problem = new ArrayList<>();
    for (int g = 0; g < groups; g++) {
      List<Option> options = new ArrayList<>();
      for (int o = 0; o <= random.nextInt(5); o++) {
        options.add(switch (kind) {
          case 0 -> new Option(random.nextDouble(), random.nextDouble());
          case 1 -> new Option(random.nextInt(4), random.nextInt(4));
          default -> new Option(random.nextDouble() / (1 << o), 1 + o + random.nextDouble());
        });
      }
      problem.add(options);
    }
    return problem;
  }

  private static double limit(Random random, List<List<Option>> problem) {
    double most = problem.stream()
        .mapToDouble(o -> o.stream().mapToDouble(Option::weight).max().orElseThrow())
        .sum();
    return random.nextDouble() * most;
  }

  private static double everything(List<List<Option>> problem, double limit, int group,
      double cost, double weight) {
    if (weight > limit) {
      return Double.POSITIVE_INFINITY;
    }
    if (group == problem.size()) {
      return cost;
    }
    double best = Double.POSITIVE_INFINITY;
    for (Option option : problem.get(group)) {
      best = Math.min(best, everything(problem, limit, group + 1, cost + option.cost(),
          weight + option.weight()));
    }
    return best;
  }
}

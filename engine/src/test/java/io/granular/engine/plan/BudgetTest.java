package io.granular.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.granular.engine.lower.Capabilities;
import io.granular.engine.lower.Kernels;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.plan.Budget.Answer;
import io.granular.engine.plan.Budget.Candidate;
import io.granular.engine.plan.Budget.Unit;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.ModelSources;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetTest {
  private static final CandidateRecipes RECIPES = new CandidateRecipes(new BuiltInRecipes());

  private static final double REST = 0.002;

  private static ModelSource model;
  private static PipelineGraphs graphs;

  @BeforeAll
  static void open() {
    model = ModelSources.open("demo", null);
    graphs = PipelineGraphs.of(model);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  /** The recipe's own plan holds what was promised, on machines whose norms are held in either type. */
  @ParameterizedTest
  @CsvSource({"true,40", "true,30", "true,24", "false,40", "false,30", "false,24"})
  void theAnswerIsWithinTheBytesAndSaysWhatItChose(boolean bf16, long megabytes) {
    Planner planner = new Planner(new Kernels(new Capabilities(true, bf16, true, true)));
    Budget budget = budget(planner);

    Answer answer = budget.within(megabytes * 1_000_000);

    assertThat(answer.exact()).isTrue();
    assertThat(answer.bytes()).isLessThanOrEqualTo(megabytes * 1_000_000)
        .isGreaterThan(megabytes * 990_000);
    Recipe saved = RecipeReader.parse(RecipeWriter.write(answer.recipe()), "saved");
    Plan plan = planner.plan(saved, graphs, model);
    assertThat(plan.textToImage().cost().total()).isEqualTo(answer.bytes());
    assertThat(plan.notes()).isEmpty();
    Map<String, Plan> plans = new LinkedHashMap<>();
    CandidateRecipes.USUAL.forEach(name -> plans.put(name, plan(planner, name)));
    answer.picks()
        .forEach(pick -> assertThat(module(plan, pick.unit()).kernel()).as(pick.unit())
            .isEqualTo(module(Objects.requireNonNull(plans.get(pick.candidate())), pick.unit())
                .kernel()));
    assertThat(answer.error())
        .isEqualTo(REST + answer.picks().stream().mapToDouble(Budget.Pick::error).sum(),
            within(1e-12));
  }

  @Test
  void lessErrorTakesMoreBytesAndBothWaysAgree() {
    Planner planner = new Planner(new Kernels(new Capabilities(true, false, true, true)));
    Budget budget = budget(planner);
    long before = 0;
    for (double error : new double[]{0.3, 0.1, 0.03, 0.01}) {
      Answer smallest = budget.atMost(error);
      assertThat(smallest.error()).isLessThanOrEqualTo(error * (1 + 1e-9));
      assertThat(smallest.bytes()).isGreaterThan(before);
      // Within those bytes nothing can be worse than that, and with fewer nothing can be as good.
      assertThat(budget.within(smallest.bytes()).error())
          .isLessThanOrEqualTo(smallest.error() * (1 + 1e-9));
      assertThat(budget.within(smallest.bytes() - 1).error()).isGreaterThan(error);
      before = smallest.bytes();
    }
  }

  @Test
  void whatCannotBeIsSaidWithTheNumberThatCan() {
    Budget budget = budget(new Planner(new Kernels(Capabilities.NONE)));

    assertThatThrownBy(() -> budget.within(1_000_000)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(".*needs [0-9]+ bytes, more than 1000000.*");
    assertThatThrownBy(() -> budget.atMost(0)).hasMessageContaining("estimated error is");
  }

  /** A recipe of one candidate alone is estimated at what was measured of it. */
  @Test
  void wholeRecipesAreEstimatedAtWhatWasMeasured() {
    Planner planner = new Planner(new Kernels(Capabilities.NONE));
    Plan plan = plan(planner, "w8");
    List<Unit> units = Budget.undecided(List.of(plan, plan(planner, "w6")))
        .stream()
        .map(name -> new Unit(name, List.of(name)))
        .toList();
    Map<String, Double> errors = new LinkedHashMap<>();
    units.forEach(unit -> errors.put(unit.name(), 1e-3 / units.size()));
    assertThat(error(new Candidate("w8", plan, 0.002, 0.009, errors), units, planner))
        .isEqualTo(0.009, within(1e-9));
    // Less than the rest alone can only be noise.
    assertThat(error(new Candidate("w8", plan, 0.002, 0.0019, errors), units, planner))
        .isEqualTo(0.003, within(1e-9));
  }

  private static double error(Candidate candidate, List<Unit> units, Planner planner) {
    return new Budget(List.of(candidate), units, recipe -> planner.plan(recipe, graphs, model))
        .within(Long.MAX_VALUE)
        .error();
  }

  @Test
  void onlyWhatCandidatesDifferInIsDecided() {
    Planner planner = new Planner(new Kernels(Capabilities.NONE));

    List<String> undecided = Budget.undecided(List.of(plan(planner, "w8"), plan(planner, "w6")));

    assertThat(undecided).hasSizeGreaterThan(50)
        .allMatch(name -> name.startsWith("unet."))
        .doesNotContain("unet.conv_in", "unet.conv_out");
  }

  private static Budget budget(Planner planner) {
    List<Plan> plans = CandidateRecipes.USUAL.stream().map(name -> plan(planner, name)).toList();
    List<Unit> units =
        Budget.undecided(plans).stream().map(name -> new Unit(name, List.of(name))).toList();
    List<Candidate> candidates = new ArrayList<>();
    double[] errors = {1e-6, 1e-5, 1e-4, 1e-3, 5e-3};
    for (int i = 0; i < plans.size(); i++) {
      Map<String, Double> measured = new LinkedHashMap<>();
      for (Unit unit : units) {
        Random random = new Random(unit.name().hashCode());
        measured.put(unit.name(), errors[i] * Math.exp(2 * random.nextGaussian()));
      }
      candidates.add(new Candidate(CandidateRecipes.USUAL.get(i), plans.get(i), REST,
          REST + 3 * measured.values().stream().mapToDouble(e -> e).sum(), measured));
    }
    return new Budget(candidates, units, recipe -> planner.plan(recipe, graphs, model));
  }

  private static Plan plan(Planner planner, String recipe) {
    return planner.plan(RECIPES.open(recipe), graphs, model);
  }

  private static ModulePlan module(Plan plan, String name) {
    return plan.modules().stream().filter(m -> m.name().equals(name)).findFirst().orElseThrow();
  }
}

package io.granular.engine.plan;

import io.granular.engine.network.Op;
import io.granular.engine.quant.Scheme;
import io.granular.engine.torch.ScalarType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.Function;

/**
 * Chooses a scheme for every unit of a pipeline so that the whole is small or near to full precision. Errors are taken to add
 * up: the estimate of the whole is what was measured of the rest of the pipeline and of each unit alone. A unit's error
 * counts as much more, or less, as the units of its recipe have more, or less, error together than one by one.
 */
public final class Budget {
  private static final int ROUNDS = 4;
  private static final Pattern NORMS = new Pattern("**.*norm*");

  private final List<Candidate> candidates;
  private final List<Unit> units;
  private final Function<Recipe, Plan> planner;
  private final Map<String, Map<String, ModulePlan>> plans = new LinkedHashMap<>();
  private final long fixed;

  /**
   * A recipe to choose from.
   *
   * @param name shown to people
   * @param plan of it, of all networks
   * @param rest error measured with this recipe everywhere but in the units
   * @param whole error measured with this recipe everywhere
   * @param errors measured with this recipe in one unit alone, by unit
   */
  public record Candidate(String name, Plan plan, double rest, double whole,
      Map<String, Double> errors) {
    /** By how much the units' errors together are more, or less, than the sum of each one's alone. */
    double together() {
      double sum = errors.values().stream().mapToDouble(Double::doubleValue).sum();
      double factor = (whole - rest) / sum;
      // No measurement, or one within the noise, says nothing.
      return factor > 0 && Double.isFinite(factor) ? factor : 1;
    }
  }

  /** Modules that get their schemes from the same candidate. */
  public record Unit(String name, List<String> modules) {
    public Unit {
      modules = List.copyOf(modules);
    }
  }

  /**
   * What one unit gets.
   *
   * @param unit its name
   * @param candidate whose schemes it gets
   * @param bytes that its modules will hold
   * @param error its share of the estimate
   */
  public record Pick(String unit, String candidate, long bytes, double error) {}

  /**
   * The answer.
   *
   * @param recipe that says it
   * @param bytes that text-to-image will hold, as its plan says
   * @param error estimated: the rest's and the sum of the picks'
   * @param exact whether the solver has proved that no other choice of candidates is better
   * @param picks in the order of the units
   */
  public record Answer(Recipe recipe, long bytes, double error, boolean exact, List<Pick> picks) {}

  /**
   * @param candidates all planned for the same pipeline; what they agree on stays as they say
   * @param units to decide about; other modules are as the first candidate says
   * @param planner plans a recipe for that pipeline
   */
  public Budget(List<Candidate> candidates, List<Unit> units, Function<Recipe, Plan> planner) {
    this.candidates = List.copyOf(candidates);
    List<String> names = candidates.stream().map(Candidate::name).toList();
    if (names.stream().distinct().count() < names.size()) {
      throw new IllegalArgumentException(
          "Two candidates have the same name: " + String.join(", ", names) + ".");
    }
    this.units = List.copyOf(units);
    this.planner = planner;
    candidates.forEach(candidate -> plans.put(candidate.name, modules(candidate.plan)));
    Map<String, ModulePlan> first = plan(candidates.getFirst());
    long free = units.stream().mapToLong(unit -> bytes(unit, first)).sum();
    this.fixed = candidates.getFirst().plan.textToImage().cost().total() - free;
  }

  /**
   * Modules about which recipes differ and that shape the latents: convolutions and linear layers of the text encoders and
   * the U-Net. The autoencoder's do not; it is as the first recipe says.
   */
  public static List<String> undecided(List<Plan> plans) {
    List<Map<String, ModulePlan>> all = plans.stream().map(Budget::modules).toList();
    return all.getFirst()
        .values()
        .stream()
        .filter(m -> m.kernel() != null && !m.name().startsWith("vae."))
        .map(ModulePlan::name)
        .filter(name -> all.stream()
            .map(modules -> Objects.requireNonNull(modules.get(name)).kernel())
            .distinct()
            .count() > 1)
        .toList();
  }

  /**
   * The least error within so many bytes.
   *
   * @throws IllegalArgumentException if even the smallest candidates need more; the message says how much
   */
  public Answer within(long bytes) {
    long room = bytes - fixed;
    for (int round = 0; round < ROUNDS; round++) {
      List<List<Option>> options = options();
      Knapsack.Solution solution = Knapsack
          .minimise(groups(options, false), (double) room)
          .orElseThrow(() -> new IllegalArgumentException("Even with the smallest candidates this"
              + " pipeline needs " + (fixed + smallest(options)) + " bytes, more than " + bytes
              + ". Allow more, or add a smaller candidate."));
      Answer answer = answer(options, solution);
      if (answer.bytes <= bytes) {
        return answer;
      }
      // Norms are held in the type between the layers, which follows from what was chosen.
      room -= answer.bytes - bytes;
    }
    throw new IllegalArgumentException(
        "No choice of candidates was found that holds " + bytes + " bytes. Allow more.");
  }

  /**
   * The fewest bytes with an estimated error of no more than this.
   *
   * @throws IllegalArgumentException if even the best candidates have more; the message says how much
   */
  public Answer atMost(double error) {
    List<List<Option>> options = options();
    Knapsack.Solution solution = Knapsack.minimise(groups(options, true), error - rest())
        .orElseThrow(() -> new IllegalArgumentException("Even with the best candidates the"
            + " estimated error is " + (rest() + options.stream()
                .mapToDouble(
                    unit -> unit.stream().mapToDouble(Option::error).min().orElseThrow())
                .sum())
            + ", more than " + error + ". Allow more, or add a better candidate."));
    return answer(options, solution);
  }

  private record Option(Candidate candidate, long bytes, double error) {}

  private List<List<Option>> options() {
    List<List<Option>> options = new ArrayList<>();
    for (Unit unit : units) {
      List<Option> own = new ArrayList<>();
      for (Candidate candidate : candidates) {
        Double error = candidate.errors.get(unit.name);
        if (error != null) {
          own.add(new Option(candidate, bytes(unit, plan(candidate)),
              error * candidate.together()));
        }
      }
      if (own.isEmpty()) {
        throw new IllegalArgumentException("No candidate was measured in " + unit.name + ".");
      }
      options.add(own);
    }
    return options;
  }

  private static List<List<Knapsack.Option>> groups(List<List<Option>> options, boolean bytes) {
    return options.stream()
        .map(unit -> unit.stream()
            .map(o -> bytes ? new Knapsack.Option(o.bytes, o.error)
                : new Knapsack.Option(o.error, o.bytes))
            .toList())
        .toList();
  }

  private static long smallest(List<List<Option>> options) {
    return options.stream()
        .mapToLong(unit -> unit.stream().mapToLong(Option::bytes).min().orElseThrow())
        .sum();
  }

  private Answer answer(List<List<Option>> options, Knapsack.Solution solution) {
    List<Pick> picks = new ArrayList<>();
    Map<String, Candidate> chosen = new LinkedHashMap<>();
    double error = rest();
    for (int i = 0; i < units.size(); i++) {
      Option option = options.get(i).get(solution.picks()[i]);
      Unit unit = units.get(i);
      picks.add(new Pick(unit.name, option.candidate.name, option.bytes, option.error));
      unit.modules.forEach(module -> chosen.put(module, option.candidate));
      error += option.error;
    }
    Recipe recipe = recipe(chosen);
    return new Answer(recipe, planner.apply(recipe).textToImage().cost().total(), error,
        solution.exact(), List.copyOf(picks));
  }

  private Recipe recipe(Map<String, Candidate> chosen) {
    Candidate first = candidates.getFirst();
    SequencedMap<String, Scheme> wanted = new LinkedHashMap<>();
    List<String> norms = new ArrayList<>();
    for (ModulePlan module : first.plan.modules()) {
      if (module.op() instanceof Op.GroupNorm || module.op() instanceof Op.LayerNorm) {
        norms.add(module.name());
      } else {
        Candidate candidate = chosen.getOrDefault(module.name(), first);
        wanted.put(module.name(),
            scheme(Objects.requireNonNull(plan(candidate).get(module.name()))));
      }
    }
    List<Rule> rules = new ArrayList<>(RuleSet.of(wanted));
    boolean apart = norms.stream().allMatch(NORMS::matches)
        && wanted.keySet().stream().noneMatch(NORMS::matches);
    if (apart) {
      // Norms have no matrix; this spares each of them the remark that it cannot be quantized.
      rules.addFirst(new Rule(NORMS, new Scheme.Keep(ScalarType.F32), true));
    }
    return new Recipe("Budget of " + String.join(", ",
        candidates.stream().map(Candidate::name).toList()), null, first.plan.recipe().attention(),
        rules);
  }

  private static Scheme scheme(ModulePlan module) {
    return switch (module.decision()) {
      case Decision.Quantized(var scheme) -> scheme;
      case Decision.Kept(var dtype) -> new Scheme.Keep(dtype);
      case Decision.Skipped(_, var dtype, _) -> new Scheme.Keep(dtype);
    };
  }

  private static long bytes(Unit unit, Map<String, ModulePlan> modules) {
    return unit.modules.stream()
        .mapToLong(name -> Objects.requireNonNull(modules.get(name), name).cost().total())
        .sum();
  }

  /** What is not decided about is as the first candidate says. */
  private double rest() {
    return candidates.getFirst().rest;
  }

  private Map<String, ModulePlan> plan(Candidate candidate) {
    return Objects.requireNonNull(plans.get(candidate.name));
  }

  private static Map<String, ModulePlan> modules(Plan plan) {
    Map<String, ModulePlan> modules = new LinkedHashMap<>();
    plan.modules().forEach(module -> modules.put(module.name(), module));
    return modules;
  }
}

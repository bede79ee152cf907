package io.granular.engine.plan;

import io.granular.engine.quant.Granularity;
import io.granular.engine.quant.Mapping;
import io.granular.engine.quant.Scheme;
import io.granular.engine.quant.WeightScheme;
import java.util.List;
import java.util.regex.Matcher;

/** Recipes to choose from: built in, from files, or {@code w8} with other bits and groups. */
public final class CandidateRecipes {
  /** What a budget is solved with unless told otherwise. */
  public static final List<String> USUAL = List.of("bf16", "w8", "w6", "w4-g32", "w3-g32");

  private static final java.util.regex.Pattern WEIGHT_ONLY =
      java.util.regex.Pattern.compile("w([2-8])(?:-g([1-9][0-9]{0,4}))?");

  private final BuiltInRecipes builtIn;

  public CandidateRecipes(BuiltInRecipes builtIn) {
    this.builtIn = builtIn;
  }

  /**
   * A recipe by name.
   *
   * @param name of a built-in recipe, of a file, or {@code wB} or {@code wB-gN}: {@code w8} with B bits and a scale per
   *     output channel or per N weights
   * @throws BadRecipeException if there is none
   */
  public Recipe open(String name) {
    Matcher weights = WEIGHT_ONLY.matcher(name);
    if (BuiltInRecipes.ids().contains(name) || !weights.matches()) {
      return builtIn.open(name);
    }
    Granularity granularity = weights.group(2) == null ? new Granularity.PerAxis(0)
        : new Granularity.PerGroup(Integer.parseInt(weights.group(2)));
    WeightScheme scheme =
        new WeightScheme(Integer.parseInt(weights.group(1)), granularity, Mapping.SYMMETRIC);
    Recipe base = builtIn.open("w8");
    return new Recipe(name, "As w8, with other weights.", base.attention(), base.rules()
        .stream()
        .map(rule -> rule.scheme() instanceof Scheme.Integers
            ? new Rule(rule.match(), new Scheme.Integers(scheme, null, Scheme.Method.PTQ),
                rule.optional())
            : rule)
        .toList());
  }
}

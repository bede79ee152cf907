package io.granular.engine.plan;

import io.granular.engine.torch.ScalarType;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a person edits, saves and shares: ordered rules; the first that matches a module decides.
 *
 * @param name as a person reads it
 * @param description what it is for, or null
 * @param attention in which type the U-Net's attention multiplies, {@code F32} or {@code BF16}; null for that of the
 *     numbers that reach it
 * @param rules at least one
 */
public record Recipe(String name, @Nullable String description, @Nullable ScalarType attention,
    List<Rule> rules) {
  /** The version of the recipe file format that this program reads and writes. */
  public static final int VERSION = 1;

  /** With attention in the type of the numbers that reach it. */
  public Recipe(String name, @Nullable String description, List<Rule> rules) {
    this(name, description, null, rules);
  }

  public Recipe {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a recipe needs a name");
    }
    if (rules.isEmpty()) {
      throw new IllegalArgumentException("a recipe needs at least one rule");
    }
    rules = List.copyOf(rules);
  }

  /** The rule that decides about a module: the first that matches its name. */
  public Optional<Rule> ruleFor(String module) {
    return rules.stream().filter(rule -> rule.match().matches(module)).findFirst();
  }
}

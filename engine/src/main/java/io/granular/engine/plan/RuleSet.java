package io.granular.engine.plan;

import io.granular.engine.quant.Scheme;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Few rules that give every module the scheme it is to have: a subtree of names that mostly share a scheme gets one rule,
 * and what differs inside gets rules before it. The number of subtrees and modules that need a rule is the smallest possible;
 * those that share a scheme are then written as one pattern with braces where their names allow it.
 */
final class RuleSet {
  private final Node root = new Node();
  private final List<Scheme> schemes = new ArrayList<>();

  /** A part of the names; {@code scheme} is an index, or -1 where no module ends. */
  private static final class Node {
    final SequencedMap<String, Node> children = new LinkedHashMap<>();
    final Map<Integer, Choice> best = new HashMap<>();
    int scheme = -1;
  }

  /** @param rule scheme of a rule for the whole subtree; -1 for none */
  private record Choice(int rules, int rule) {}

  /** @param whole whether everything below is meant, not only the module of this name */
  private record Place(List<String> parts, boolean whole, int scheme) {}

  private RuleSet(Map<String, Scheme> wanted) {
    wanted.forEach((module, scheme) -> {
      if (!schemes.contains(scheme)) {
        schemes.add(scheme);
      }
      Node node = root;
      for (String part : module.split("\\.", -1)) {
        node = node.children.computeIfAbsent(part, _ -> new Node());
      }
      node.scheme = schemes.indexOf(scheme);
    });
  }

  /**
   * The rules, to be tried in order.
   *
   * @param wanted scheme of every module, by full name; other modules may get any
   */
  static List<Rule> of(Map<String, Scheme> wanted) {
    RuleSet set = new RuleSet(wanted);
    List<Place> places = new ArrayList<>();
    set.collect(set.root, -1, List.of(), places);
    return set.rules(places);
  }

  /** Fewest rules for a subtree whose modules get {@code inherited} unless a rule says otherwise. */
  private Choice best(Node node, int inherited) {
    Choice known = node.best.get(inherited);
    if (known != null) {
      return known;
    }
    Choice best = new Choice(inner(node, inherited), -1);
    if (!node.children.isEmpty()) {
      for (int scheme = 0; scheme < schemes.size(); scheme++) {
        int rules = 1 + inner(node, scheme);
        // Of equally many rules, those higher up are easier to read.
        if (rules < best.rules || (rules == best.rules && best.rule < 0)) {
          best = new Choice(rules, scheme);
        }
      }
    }
    node.best.put(inherited, best);
    return best;
  }

  private int inner(Node node, int inherited) {
    int rules = node.scheme >= 0 && node.scheme != inherited ? 1 : 0;
    for (Node child : node.children.values()) {
      rules += best(child, inherited).rules;
    }
    return rules;
  }

  private void collect(Node node, int inherited, List<String> path, List<Place> places) {
    Choice choice = best(node, inherited);
    int background = inherited;
    if (choice.rule >= 0) {
      background = choice.rule;
      places.add(new Place(path, true, choice.rule));
    }
    if (node.scheme >= 0 && node.scheme != background) {
      places.add(new Place(path, false, node.scheme));
    }
    for (var child : node.children.entrySet()) {
      List<String> below = new ArrayList<>(path);
      below.add(child.getKey());
      collect(child.getValue(), background, below, places);
    }
  }

  /** Deeper places first, so that exceptions come before what they are exceptions from. */
  private List<Rule> rules(List<Place> places) {
    Map<Key, List<List<Set<String>>>> grouped = new LinkedHashMap<>();
    places.stream()
        .sorted(Comparator.<Place>comparingInt(p -> -p.parts.size())
            .thenComparing(p -> p.whole))
        .forEach(place -> grouped
            .computeIfAbsent(new Key(place.parts.size(), place.whole, place.scheme),
                _ -> new ArrayList<>())
            .add(place.parts.stream()
                .map(part -> (Set<String>) new LinkedHashSet<>(Set.of(part)))
                .toList()));
    List<Rule> rules = new ArrayList<>();
    grouped.forEach((key, names) -> {
      for (List<Set<String>> product : joined(names)) {
        rules.add(new Rule(new Pattern(text(product, key.whole)), schemes.get(key.scheme), false));
      }
    });
    return List.copyOf(rules);
  }

  private record Key(int depth, boolean whole, int scheme) {}

  /** Joins names that differ in one part only, as long as they do. */
  private static List<List<Set<String>>> joined(List<List<Set<String>>> names) {
    List<List<Set<String>>> products = names;
    int before;
    do {
      before = products.size();
      for (int at = products.getFirst().size() - 1; at >= 0; at--) {
        products = joined(products, at);
      }
    } while (products.size() < before);
    return products;
  }

  private static List<List<Set<String>>> joined(List<List<Set<String>>> products, int at) {
    Map<List<Set<String>>, List<Set<String>>> alike = new LinkedHashMap<>();
    List<List<Set<String>>> full = new ArrayList<>();
    for (List<Set<String>> product : products) {
      List<Set<String>> others = new ArrayList<>(product);
      others.set(at, Set.of());
      List<Set<String>> known = alike.get(others);
      if (known == null) {
        alike.put(others, product);
        continue;
      }
      List<Set<String>> both = new ArrayList<>(known);
      Set<String> parts = new LinkedHashSet<>(known.get(at));
      parts.addAll(product.get(at));
      both.set(at, parts);
      if (fits(both)) {
        alike.put(others, both);
      } else {
        full.add(known);
        alike.put(others, product);
      }
    }
    full.addAll(alike.values());
    return full;
  }

  /** Patterns have limits of their own. */
  private static boolean fits(List<Set<String>> product) {
    try {
      return !new Pattern(text(product, true)).text().isEmpty();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String text(List<Set<String>> product, boolean whole) {
    List<String> parts = new ArrayList<>();
    for (Set<String> part : product) {
      parts.add(part.size() == 1 ? part.iterator().next() : "{" + String.join(",", part) + "}");
    }
    if (whole) {
      parts.add("**");
    }
    return String.join(".", parts);
  }
}

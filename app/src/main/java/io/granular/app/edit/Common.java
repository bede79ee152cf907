package io.granular.app.edit;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What several modules have in common in one field.
 *
 * @param value that of most of them; empty if none has such a part
 * @param mixed whether others have another value
 * @param overridden whether any of them differs from the base recipe here
 * @param counts how many modules have which value, the most frequent first
 */
public record Common(String value, boolean mixed, boolean overridden,
    Map<String, Integer> counts) {
  /** Of no modules. */
  public static final Common NONE = new Common("", false, false, Map.of());

  /** Looks at those of {@code modules} that have such a part. */
  public static Common of(Draft draft, Collection<String> modules, Field field) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    boolean overridden = false;
    for (String module : modules) {
      String value = draft.value(module, field);
      if (!value.isEmpty()) {
        counts.merge(value, 1, Integer::sum);
      }
      overridden |= draft.overridden(module, field);
    }
    Map<String, Integer> ordered = new LinkedHashMap<>();
    counts.entrySet()
        .stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .forEach(count -> ordered.put(count.getKey(), count.getValue()));
    String most = ordered.isEmpty() ? "" : ordered.keySet().iterator().next();
    return new Common(most, counts.size() > 1, overridden, Collections.unmodifiableMap(ordered));
  }
}

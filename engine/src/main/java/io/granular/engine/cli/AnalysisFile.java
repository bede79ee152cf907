package io.granular.engine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.granular.engine.studio.Sensitivities.Candidate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a budget needs of an analysis, from a file that {@code granular analyze --to} wrote.
 *
 * @param measured sensitivities of the recipe's units
 * @param error {@code latents} or {@code prediction}
 * @param signal what errors are relative to
 */
record AnalysisFile(Candidate measured, String error, double signal) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** From a file. */
  static AnalysisFile read(Path file) {
    try {
      String name = file.getFileName().toString();
      return of(JSON.readTree(file.toFile()), file.toString(),
          name.endsWith(".json") ? name.substring(0, name.length() - 5) : name);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          file + " cannot be read (" + e.getMessage() + "). Make it with granular analyze --to.",
          e);
    }
  }

  private static AnalysisFile of(JsonNode json, String source, String name) {
    Map<String, List<String>> units = new LinkedHashMap<>();
    Map<String, Double> errors = new LinkedHashMap<>();
    for (JsonNode unit : json.path("units")) {
      List<String> modules = new ArrayList<>();
      unit.path("modules").forEach(module -> modules.add(module.asText()));
      JsonNode error = unit.at("/sensitivity/error/mean");
      if (error.isNumber()) {
        units.put(unit.path("unit").asText(), modules);
        errors.put(unit.path("unit").asText(), error.asDouble());
      }
    }
    String recipe = json.path("recipe_json").asText();
    JsonNode rest = json.at("/rest/error/mean");
    JsonNode whole = json.at("/total/error/mean");
    if (errors.isEmpty() || recipe.isEmpty() || !rest.isNumber() || !whole.isNumber()) {
      throw new IllegalArgumentException(source
          + " holds no sensitivities. Make it with granular analyze --what sensitivity --to.");
    }
    return new AnalysisFile(new Candidate(name, recipe, units, rest.asDouble(),
        whole.asDouble(), errors),
        json.path("error").asText(), json.path("signal").asDouble());
  }
}

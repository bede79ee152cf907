package io.granular.engine.diffusion;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** The options each scheduler class of diffusers 0.42 knows, with their default values. */
final class SchedulerDefaults {
  private static final String RESOURCE = "scheduler-defaults.json";
  private static final JsonMapper JSON = JsonMapper.builder()
      .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
      .build();

  private SchedulerDefaults() {}

  /** All options of the sampler's class; a fresh object. */
  static ObjectNode of(SamplerKind kind) {
    try (InputStream in = SchedulerDefaults.class.getResourceAsStream(RESOURCE)) {
      JsonNode all = JSON.readTree(Objects.requireNonNull(in, RESOURCE));
      ObjectNode options = all.withObjectProperty("common");
      options.setAll(all.withObjectProperty(kind.className()));
      return options;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.granular.engine.diffusion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.store.BadModelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Works out the options of one run: defaults, then the pipeline's config, then the overrides. */
final class OptionResolver {
  private static final String ZERO_SNR = "rescale_betas_zero_snr";
  /** What these options change is not implemented; only their default values are accepted. */
  private static final List<String> UNSUPPORTED = List.of("use_beta_sigmas", "use_flow_sigmas",
      "use_dynamic_shifting", "variance_type", "solver_p", "shift_terminal");

  private final SchedulerConfig config;
  private final SamplerOverrides overrides;
  private final SamplerKind kind;
  private final ObjectNode options;
  private final List<String> notes = new ArrayList<>();

  OptionResolver(SchedulerConfig config, SamplerOverrides overrides) {
    this.config = config;
    this.overrides = overrides;
    kind = overrides.kind() == null ? ownKind(config) : overrides.kind();
    options = SchedulerDefaults.of(kind);
  }

  SamplerOptions resolve() {
    if (!config.className().equals(kind.className())) {
      setIfKnown("clip_sample", false);
      setIfKnown("skip_prk_steps", true);
    }
    share(config.json());
    rename();
    override();
    Settings settings = new Settings(config.file(), options);
    refuseUnsupported(settings);
    return new SamplerOptions(kind, settings, notes);
  }

  private static SamplerKind ownKind(SchedulerConfig config) {
    return SamplerKind.ofClass(config.className())
        .orElseThrow(() -> new BadModelException(
            config.file(), "the scheduler class \"" + config.className() + "\" is not supported",
            "Choose a sampler with --sampler: " + Named.list(SamplerKind.class) + "."));
  }

  /** Takes over the options the sampler knows; notes those of the others that mattered. */
  private void share(ObjectNode json) {
    Set<String> defaulted = new HashSet<>();
    json.path("_use_default_values").forEach(key -> defaulted.add(key.asText()));
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      String key = entry.getKey();
      if (key.startsWith("_") || defaulted.contains(key)) {
        continue;
      }
      if (options.has(key)) {
        options.set(key, entry.getValue());
      } else if (samplersWith(key).isEmpty()) {
        notes.add("The scheduler config's \"" + key + "\" is not known and has no effect.");
      } else if (changesPictures(key, entry.getValue())) {
        notes.add("The scheduler config's \"" + key + "\" has no effect on " + kind.id() + ".");
      }
    }
  }

  /** Whether leaving the option out matters, rather than being a detail of another sampler. */
  private static boolean changesPictures(String key, JsonNode value) {
    return (key.startsWith("use_") || key.equals(ZERO_SNR)) && value.asBoolean();
  }

  /** Values of one multistep solver that stand for another value in the other, as in diffusers. */
  private void rename() {
    String type = options.path("solver_type").asText();
    if (kind == SamplerKind.UNIPC && List.of("midpoint", "heun", "logrho").contains(type)) {
      options.put("solver_type", "bh2");
    }
    if (kind == SamplerKind.DPMPP_2M && List.of("logrho", "bh1", "bh2").contains(type)) {
      options.put("solver_type", "midpoint");
    }
    if (options.path("algorithm_type").asText().equals("deis")) {
      options.put("algorithm_type", "dpmsolver++");
    }
  }

  private void override() {
    if (overrides.spacing() != null) {
      options.put("timestep_spacing", overrides.spacing().id());
      if (kind == SamplerKind.LCM) {
        notes.add("lcm visits the timesteps it was distilled on; the spacing has no effect.");
      }
    }
    if (overrides.prediction() != null) {
      options.put("prediction_type", overrides.prediction().configName());
    }
    if (overrides.zeroSnr() != null) {
      setIfKnown(ZERO_SNR, false);
      if (overrides.zeroSnr()) {
        turnOn(ZERO_SNR, "zero-SNR rescaling");
      }
    }
    if (overrides.sigmas() != null) {
      for (SigmaSpacing spacing : SigmaSpacing.values()) {
        setIfKnown(spacing.configKey(), false);
      }
      if (overrides.sigmas() != SigmaSpacing.DEFAULT) {
        turnOn(overrides.sigmas().configKey(), overrides.sigmas().id() + " sigmas");
      }
    }
  }

  private void turnOn(String key, String what) {
    if (!options.has(key)) {
      throw new IllegalArgumentException("The sampler " + kind.id() + " has no " + what
          + "; choose one of " + String.join(", ", samplersWith(key))
          + ", or leave the option out.");
    }
    options.put(key, true);
  }

  private void setIfKnown(String key, boolean value) {
    if (options.has(key)) {
      options.put(key, value);
    }
  }

  private void refuseUnsupported(Settings settings) {
    ObjectNode defaults = SchedulerDefaults.of(kind);
    for (String key : UNSUPPORTED) {
      JsonNode value = options.path(key);
      if (options.has(key) && !value.isNull() && !value.equals(defaults.get(key))) {
        throw settings.bad(key, "Granular supports only " + defaults.get(key)
            + " here; choose another sampler or edit the file.");
      }
    }
  }

  private static List<String> samplersWith(String key) {
    return Arrays.stream(SamplerKind.values())
        .filter(k -> SchedulerDefaults.of(k).has(key))
        .map(SamplerKind::id)
        .toList();
  }
}

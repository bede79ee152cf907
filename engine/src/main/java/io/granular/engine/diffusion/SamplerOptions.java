package io.granular.engine.diffusion;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.store.BadModelException;
import java.util.List;

/**
 * Which sampler runs and every option it runs with: the pipeline's config, changed by what a person
 * wants different. The rule is that of diffusers' {@code Other.from_config(pipe.scheduler.config)}:
 * options both classes know come from the pipeline's config, the others have the class's default.
 * Two defaults differ where the sampler is not the config's own, as in diffusers' loader of Stable
 * Diffusion checkpoints: {@code clip_sample} is false, for latents are not bounded by 1, and
 * {@code skip_prk_steps} is true.
 */
public final class SamplerOptions {
  private final SamplerKind kind;
  private final Settings settings;
  private final List<String> notes;

  SamplerOptions(SamplerKind kind, Settings settings, List<String> notes) {
    this.kind = kind;
    this.settings = settings;
    this.notes = List.copyOf(notes);
  }

  /**
   * The options of one run.
   *
   * @throws BadModelException if the config names no known sampler and none is chosen, or asks for
   *     something that is not supported
   * @throws IllegalArgumentException if the chosen sampler does not have a chosen option
   */
  public static SamplerOptions resolve(SchedulerConfig config, SamplerOverrides overrides) {
    return new OptionResolver(config, overrides).resolve();
  }

  /** The sampler. */
  public SamplerKind kind() {
    return kind;
  }

  /** Which timesteps are visited; LCM has its own and ignores it. */
  public Spacing spacing() {
    return settings.spacing();
  }

  /** How the noise levels are spread. */
  public SigmaSpacing sigmas() {
    return settings.sigmaSpacing();
  }

  /** Whether betas are rescaled to zero terminal signal-to-noise ratio. */
  public boolean zeroSnr() {
    return settings.flag("rescale_betas_zero_snr");
  }

  /** What the network predicts. */
  public Prediction prediction() {
    return settings.prediction();
  }

  /** What of the config or the overrides has no effect on this sampler, in full sentences. */
  public List<String> notes() {
    return notes;
  }

  /** All options, as diffusers would write them; a copy. */
  public ObjectNode toJson() {
    ObjectNode json = settings.json().deepCopy();
    return json.put("_class_name", kind.className());
  }

  Settings settings() {
    return settings;
  }
}

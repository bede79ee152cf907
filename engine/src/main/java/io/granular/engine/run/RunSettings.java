package io.granular.engine.run;

import io.granular.engine.diffusion.Guidance;
import io.granular.engine.diffusion.SamplerOptions;
import io.granular.engine.diffusion.SamplerOverrides;
import io.granular.engine.diffusion.SchedulerConfig;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.store.Family;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.PromptDefaults;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A request with every gap filled from the model.
 *
 * @param steps sampler steps
 * @param guidance classifier-free guidance
 * @param width pixels
 * @param height pixels
 * @param sampler resolved options
 */
record RunSettings(int steps, Guidance guidance, int width, int height, SamplerOptions sampler) {
  private static final int DEFAULT_STEPS = 20;
  private static final double DEFAULT_GUIDANCE = 7.5;

  /**
   * Fills the gaps.
   *
   * @throws IllegalArgumentException if a value cannot be used with this model
   */
  static RunSettings of(RunRequest request, ModelSource model, PipelineGraphs graphs) {
    Optional<PromptDefaults> defaults = model.promptDefaults();
    int factor = graphs.vae().factor();
    int side = model.component("unet").config().path("sample_size").asInt(64) * factor;
    Integer steps = request.steps();
    Double guidance = request.guidance();
    Integer width = request.width();
    Integer height = request.height();
    SamplerChoice s = request.sampler();
    SamplerOverrides overrides =
        SamplerOverrides.parse(s.name(), s.spacing(), s.sigmas(), s.zeroSnr(), s.prediction());
    SamplerOptions sampler =
        SamplerOptions.resolve(scheduler(model), overrides);
    double scale = guidance != null ? guidance
        : defaults.map(d -> d.guidanceScale().orElse(DEFAULT_GUIDANCE))
            .orElse(model.family() == Family.SDXL ? 5.0 : DEFAULT_GUIDANCE);
    return new RunSettings(
        steps != null ? steps : or(defaults.map(PromptDefaults::steps), DEFAULT_STEPS),
        Guidance.of(scale),
        multiple("width", width != null ? width : or(defaults.map(PromptDefaults::width), side),
            factor),
        multiple("height", height != null ? height : or(defaults.map(PromptDefaults::height), side),
            factor),
        sampler);
  }

  /** The request as it was really run. */
  RunRequest filled(RunRequest r) {
    SamplerChoice used =
        new SamplerChoice(sampler.kind().id(), sampler.spacing().id(), sampler.sigmas().id(),
            sampler.zeroSnr(), sampler.prediction().id());
    return new RunRequest(r.model(), r.config(), r.recipe(), r.simulate(), r.prompt(),
        r.negative(), r.seed(), steps,
        guidance.scale(), width, height, used, r.threads(), r.latents(), r.noise(), r.previews(),
        r.output(), r.calibration());
  }

  private static SchedulerConfig scheduler(ModelSource model) {
    SchedulerConfig config = new SchedulerConfig(model.path(), model.schedulerConfig());
    return switch (model.family()) {
      case SD1, SD2 -> config.forStableDiffusion();
      case SDXL -> config;
    };
  }

  private static int or(Optional<OptionalInt> value, int otherwise) {
    return value.orElse(OptionalInt.empty()).orElse(otherwise);
  }

  private static int multiple(String what, int pixels, int factor) {
    if (pixels <= 0 || pixels % factor != 0) {
      throw new IllegalArgumentException(
          "the " + what + " is " + pixels + " pixels; this model needs a multiple of "
              + factor + ", e.g. " + Math.max(factor, pixels / factor * factor));
    }
    return pixels;
  }
}

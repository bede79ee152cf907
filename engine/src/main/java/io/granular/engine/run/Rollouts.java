package io.granular.engine.run;

import io.granular.engine.diffusion.ForwardNoise;
import io.granular.engine.diffusion.NoiseSource;
import io.granular.engine.diffusion.Sampler;
import io.granular.engine.diffusion.TorchRandom;
import io.granular.engine.lower.Evaluation;
import io.granular.engine.metric.RgbImage;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.store.ModelSource;
import io.granular.engine.text.ClipTokenizer;
import io.granular.engine.torch.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * The parts of a generation one by one, at one size and with one sampler, on networks that the caller chooses each time:
 * for whoever generates many times with small changes. Same numbers as a {@link SideRunner}'s.
 */
public final class Rollouts {
  private final Torch torch;
  private final ModelSource model;
  private final PipelineGraphs graphs;
  private final RunRequest request;
  private final RunSettings settings;
  private final int channels;
  private final int height;
  private final int width;

  /**
   * A trajectory.
   *
   * @param inputs what the network was given at each evaluation: latents as the sampler scales them
   * @param latents after each evaluation
   */
  public record Rollout(List<float[]> inputs, List<float[]> latents) {
    /** The latents that would be decoded. */
    public float[] result() {
      return latents.getLast();
    }
  }

  /**
   * @param request sampler, steps, guidance, size and negative prompt; its recipe, prompt and seed mean nothing
   * @throws IllegalArgumentException if a value cannot be used with this model
   */
  public Rollouts(Torch torch, ModelSource model, PipelineGraphs graphs, RunRequest request) {
    this.torch = torch;
    this.model = model;
    this.graphs = graphs;
    this.settings = RunSettings.of(request, model, graphs);
    this.request = settings.filled(request);
    this.channels = graphs.vae().latent();
    this.height = settings.height() / graphs.vae().factor();
    this.width = settings.width() / graphs.vae().factor();
  }

  /** The request with every null replaced by the value that is used. */
  public RunRequest filled() {
    return request;
  }

  /** What the network is told at each evaluation. */
  public double[] timesteps() {
    return sampler().timesteps();
  }

  /**
   * What a squared error of the prediction weighs at a timestep so that no noise level dominates: Hang et al. 2023,
   * "Efficient diffusion training via min-SNR weighting strategy".
   *
   * @param gamma signal-to-noise ratio from which an error of the clean latents weighs no more
   */
  public double minSnrWeight(double timestep, double gamma) {
    double snr = ForwardNoise.of(settings.sampler()).signalToNoise(timestep);
    double clean = Math.min(snr, gamma);
    return switch (settings.sampler().prediction()) {
      case EPSILON -> snr > 0 ? clean / snr : 1;
      case V -> clean / (snr + 1);
      case SAMPLE -> clean;
    };
  }

  /** How many noise levels the model was trained on; they count from 0. */
  public int levels() {
    return ForwardNoise.of(settings.sampler()).timesteps();
  }

  /**
   * A training sample.
   *
   * @param input noised latents, as the network gets them
   * @param target what it is to predict: noise or velocity, as the model's configuration says
   */
  public record Noised(float[] input, float[] target) {}

  /** Clean latents, as the diffusion model knows them, made noisy. */
  public Noised noised(float[] clean, float[] noise, int level) {
    ForwardNoise forward = ForwardNoise.of(settings.sampler());
    return new Noised(forward.add(clean, noise, level),
        forward.target(clean, noise, level, settings.sampler().prediction()));
  }

  /** Extents of a network's symbols. */
  public Map<String, Long> sizes(String network) {
    long batch = network.equals("unet") && settings.guidance().enabled() ? 2 : 1;
    String tokenizer = network.startsWith("text_encoder") ? network : "text_encoder";
    return Map.of("batch", batch, "tokens", (long) model.tokenizer(tokenizer).maxLength(),
        "height", (long) height, "width", (long) width);
  }

  /** Encodes a prompt, and the request's negative prompt with guidance. */
  public Conditioning encode(SequencedMap<String, ? extends Evaluation> encoders, String prompt) {
    List<TextStage.Encoder> stages = new ArrayList<>();
    encoders.forEach((name, network) -> stages
        .add(new TextStage.Encoder(ClipTokenizer.of(model.tokenizer(name)), network)));
    return new TextStage(torch, stages, model.zeroEmptyNegative())
        .encode(prompt, request.negative(), settings.guidance().enabled(), settings.width(),
            settings.height());
  }

  /**
   * Denoises from a seed's noise.
   *
   * @param check called before every evaluation; may throw to stop
   */
  public Rollout run(Evaluation unet, Conditioning text, long seed, Runnable check) {
    Sampler sampler = sampler();
    double[] timesteps = sampler.timesteps();
    TorchRandom random = new TorchRandom(seed);
    float[] latents = sampler.initialLatents(random.randn(channels * height * width));
    NoiseSource noise = random::randn;
    List<float[]> inputs = new ArrayList<>();
    List<float[]> after = new ArrayList<>();
    try (Denoiser denoiser = denoiser(unet, text)) {
      for (int i = 0; i < timesteps.length; i++) {
        check.run();
        float[] input = sampler.scaleInput(latents, i);
        latents = sampler.step(denoiser.predict(input, timesteps[i]), i, latents, noise).latents();
        inputs.add(input);
        after.add(latents);
      }
    }
    return new Rollout(inputs, after);
  }

  /** The guided prediction of one evaluation. */
  public float[] predict(Evaluation unet, Conditioning text, float[] input, double timestep) {
    try (Denoiser denoiser = denoiser(unet, text)) {
      return denoiser.predict(input, timestep);
    }
  }

  /** The picture of latents. */
  public RgbImage decode(Evaluation vae, float[] latents) {
    return new LatentDecoder(torch, vae, graphs.vae().scalingFactor())
        .decode(latents, channels, height, width);
  }

  private Sampler sampler() {
    return Sampler.of(settings.sampler(), settings.steps());
  }

  private Denoiser denoiser(Evaluation unet, Conditioning text) {
    return new Denoiser(torch, unet, text, settings.guidance(),
        new long[]{1, channels, height, width});
  }
}

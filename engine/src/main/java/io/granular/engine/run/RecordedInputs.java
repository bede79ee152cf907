package io.granular.engine.run;

import io.granular.engine.calibrate.SamplePlan;
import io.granular.engine.diffusion.NoiseSource;
import io.granular.engine.diffusion.Sampler;
import io.granular.engine.diffusion.TorchRandom;
import io.granular.engine.lower.Evaluation;
import io.granular.engine.lower.LoweredNetwork;
import io.granular.engine.lower.Lowering;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.plan.Plan;
import io.granular.engine.run.RunProgress.Stage;
import io.granular.engine.store.ModelSource;
import io.granular.engine.text.ClipTokenizer;
import io.granular.engine.torch.Torch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the U-Net is asked on the full-precision pipeline's own trajectories: noisy latents, timesteps and texts, of which
 * a few hundred take a few megabytes. So the U-Net can be run on them as often as needed.
 */
final class RecordedInputs {
  private static final int SAMPLES = 64;

  private final Torch torch;
  private final Lowering lowering;
  private final ModelSource model;
  private final PipelineGraphs graphs;
  private final Plan exact;
  private final RunSettings settings;
  private final Progress progress;
  private final List<Trajectory> trajectories = new ArrayList<>();

  private record Trajectory(Conditioning text, List<Sample> samples) {}

  /** @param latents scaled as the U-Net takes them */
  private record Sample(float[] latents, double timestep) {}

  /** @param exact the pipeline in fp32 */
  RecordedInputs(Torch torch, Lowering lowering, ModelSource model, PipelineGraphs graphs,
      Plan exact, Progress progress) {
    this.torch = torch;
    this.lowering = lowering;
    this.model = model;
    this.graphs = graphs;
    this.exact = exact;
    this.progress = progress;
    this.settings = settings(model, graphs);
    List<Conditioning> texts =
        texts(TorchCalibrator.prompts(null, model), SamplePlan.of(SAMPLES).trajectories());
    try (LoweredNetwork unet = load("unet")) {
      for (int i = 0; i < texts.size(); i++) {
        trajectories.add(record(unet, texts.get(i), i));
      }
    }
  }

  /** All that decides what is recorded, besides the networks. */
  static String description(ModelSource model, PipelineGraphs graphs) {
    RunSettings settings = settings(model, graphs);
    SamplePlan samples = SamplePlan.of(SAMPLES);
    return String.join("\n", samples.toString(),
        TorchCalibrator.prompts(null, model)
            .stream()
            .limit(samples.trajectories())
            .toList()
            .toString(),
        model.schedulerConfig().toString(), settings.guidance().toString(),
        settings.width() + "x" + settings.height());
  }

  private static RunSettings settings(ModelSource model, PipelineGraphs graphs) {
    // DDIM has one evaluation for each timestep, and draws no noise of its own.
    return RunSettings.of(new RunRequest(model.path().toString(), null, "fp32", "", "", 0,
        SamplePlan.of(SAMPLES).steps(), null, null, null,
        new SamplerChoice("ddim", null, null, null, null), 0, null, null, false, Path.of("")),
        model, graphs);
  }

  /** Sizes of the U-Net's symbols. */
  Map<String, Long> sizes() {
    return sizes("unet");
  }

  /** Evaluates a U-Net on everything recorded. */
  void replay(Evaluation unet) {
    for (Trajectory trajectory : trajectories) {
      try (Denoiser denoiser = denoiser(unet, trajectory.text)) {
        for (Sample sample : trajectory.samples) {
          progress.stage(Stage.CALIBRATING);
          denoiser.predict(sample.latents, sample.timestep);
        }
      }
    }
  }

  private Trajectory record(Evaluation unet, Conditioning text, int seed) {
    Sampler sampler = Sampler.of(settings.sampler(), settings.steps());
    double[] timesteps = sampler.timesteps();
    List<Sample> samples = new ArrayList<>();
    float[] latents = sampler.initialLatents(new TorchRandom(seed)
        .randn(graphs.vae().latent() * Math.toIntExact(height() * width())));
    try (Denoiser denoiser = denoiser(unet, text)) {
      for (int step = 0; step < timesteps.length; step++) {
        progress.stage(Stage.CALIBRATING);
        float[] scaled = sampler.scaleInput(latents, step);
        samples.add(new Sample(scaled.clone(), timesteps[step]));
        latents = sampler.step(denoiser.predict(scaled, timesteps[step]), step, latents,
            NoiseSource.NONE).latents();
      }
    }
    return new Trajectory(text, samples);
  }

  private Denoiser denoiser(Evaluation unet, Conditioning text) {
    return new Denoiser(torch, unet, text, settings.guidance(),
        new long[]{1, graphs.vae().latent(), height(), width()});
  }

  private List<Conditioning> texts(List<String> prompts, int count) {
    List<LoweredNetwork> networks = new ArrayList<>();
    try {
      List<TextStage.Encoder> encoders = new ArrayList<>();
      for (String name : graphs.networks().keySet()) {
        if (name.startsWith("text_encoder")) {
          LoweredNetwork network = load(name);
          networks.add(network);
          encoders.add(new TextStage.Encoder(ClipTokenizer.of(model.tokenizer(name)), network));
        }
      }
      TextStage stage = new TextStage(torch, encoders, model.zeroEmptyNegative());
      List<Conditioning> texts = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        progress.stage(Stage.CALIBRATING);
        texts.add(stage.encode(prompts.get(i % prompts.size()), "", settings.guidance().enabled(),
            settings.width(), settings.height()));
      }
      return texts;
    } finally {
      networks.forEach(LoweredNetwork::close);
    }
  }

  private LoweredNetwork load(String name) {
    return lowering.load(Objects.requireNonNull(graphs.networks().get(name)),
        model.component(PipelineGraphs.component(name)).tensors(), exact.kernels(name),
        exact.attention(name), exact.tables(name), sizes(name), true);
  }

  private Map<String, Long> sizes(String network) {
    boolean text = network.startsWith("text_encoder");
    long tokens = model.tokenizer(text ? network : "text_encoder").maxLength();
    long batch = network.equals("unet") && settings.guidance().enabled() ? 2 : 1;
    return Map.of("batch", batch, "tokens", tokens, "height", height(), "width", width());
  }

  private long height() {
    return settings.height() / graphs.vae().factor();
  }

  private long width() {
    return settings.width() / graphs.vae().factor();
  }
}

package io.granular.engine.run;

import io.granular.engine.calibrate.NetworkObserver;
import io.granular.engine.calibrate.ObservedInput;
import io.granular.engine.calibrate.SamplePlan;
import io.granular.engine.diffusion.ForwardNoise;
import io.granular.engine.diffusion.NoiseSource;
import io.granular.engine.diffusion.Sampler;
import io.granular.engine.diffusion.TorchRandom;
import io.granular.engine.lower.LoweredNetwork;
import io.granular.engine.lower.Lowering;
import io.granular.engine.lower.TappedNetwork;
import io.granular.engine.network.Graph;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.plan.Plan;
import io.granular.engine.run.RunProgress.Stage;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.TensorSource;
import io.granular.engine.text.ClipTokenizer;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Torch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Runs the full-precision pipeline under observation. One network is in memory at a time: first all texts are encoded,
 * then all trajectories run, then a few pictures are decoded.
 */
final class CalibrationTrajectories {
  /** Decoding is as costly as several evaluations, and pictures differ less than noise levels do. */
  private static final int DECODED = 4;

  private final Torch torch;
  private final Lowering lowering;
  private final ModelSource model;
  private final PipelineGraphs graphs;
  private final Plan plan;
  private final CalibrationRequest request;
  private final RunSettings settings;
  private final SamplePlan samples;
  private final Progress progress;
  private final int h;
  private final int w;
  private final double[] timesteps;
  private final List<ObservedInput> inputs = new ArrayList<>();
  private long stateBytes;

  CalibrationTrajectories(Torch torch, Lowering lowering, ModelSource model,
      PipelineGraphs graphs, Plan plan, CalibrationRequest request, RunSettings settings,
      SamplePlan samples, Progress progress) {
    this.torch = torch;
    this.lowering = lowering;
    this.model = model;
    this.graphs = graphs;
    this.plan = plan;
    this.request = request;
    this.settings = settings;
    this.samples = samples;
    this.progress = progress;
    this.h = settings.height() / graphs.vae().factor();
    this.w = settings.width() / graphs.vae().factor();
    this.timesteps = sampler().timesteps();
  }

  /** Follows the sampler from noise to picture, once for each prompt until there are enough samples. */
  void denoise(List<String> prompts) {
    List<Conditioning> texts = texts(IntStream.range(0, samples.trajectories())
        .mapToObj(i -> prompts.get(i % prompts.size()))
        .toList());
    List<float[]> finals = new ArrayList<>();
    observeUNet((observer, unet) -> {
      for (int i = 0; i < texts.size(); i++) {
        Sampler sampler = sampler();
        float[] latents = sampler.initialLatents(noise(i));
        try (Denoiser denoiser = denoiser(unet, observer, texts.get(i))) {
          for (int step = 0; step < timesteps.length; step++) {
            float[] prediction =
                evaluate(denoiser, observer, sampler.scaleInput(latents, step), timesteps[step]);
            latents = sampler.step(prediction, step, latents, NoiseSource.NONE).latents();
          }
        }
        finals.add(latents);
      }
    });
    decode(finals);
  }

  /** Makes pictures as noisy as they are at each timestep. */
  void addNoise(List<Path> pictures) {
    List<CalibrationImages.Captioned> captioned = IntStream.range(0, samples.trajectories())
        .mapToObj(i -> CalibrationImages.captioned(pictures.get(i % pictures.size())))
        .toList();
    List<Conditioning> texts =
        texts(captioned.stream().map(CalibrationImages.Captioned::caption).toList());
    List<float[]> clean = encode(captioned);
    ForwardNoise forward = ForwardNoise.of(settings.sampler());
    observeUNet((observer, unet) -> {
      for (int i = 0; i < texts.size(); i++) {
        float[] noise = noise(i);
        try (Denoiser denoiser = denoiser(unet, observer, texts.get(i))) {
          for (double timestep : timesteps) {
            evaluate(denoiser, observer, forward.add(clean.get(i), noise, timestep), timestep);
          }
        }
      }
    });
    decode(clean);
  }

  /** What was observed, in the order the networks run. */
  List<ObservedInput> inputs() {
    return List.copyOf(inputs);
  }

  List<Double> timesteps() {
    return Arrays.stream(timesteps).boxed().toList();
  }

  int samples() {
    return samples.samples();
  }

  /** What the observers held at most. */
  long stateBytes() {
    return stateBytes;
  }

  /** A U-Net under observation. */
  private interface Observed {
    void run(NetworkObserver observer, TappedNetwork unet);
  }

  private void observeUNet(Observed work) {
    progress.stage(Stage.CALIBRATING);
    NetworkObserver observer = new NetworkObserver(graph("unet"), request.excludeStartToken());
    try (TappedNetwork unet = tapped("unet", observer)) {
      work.run(observer, unet);
    }
    keep(observer);
  }

  private Denoiser denoiser(TappedNetwork unet, NetworkObserver observer, Conditioning text) {
    return new Denoiser(torch, unet.with(observer), text, settings.guidance(),
        new long[]{1, graphs.vae().latent(), h, w});
  }

  private float[] evaluate(Denoiser denoiser, NetworkObserver observer, float[] latents,
      double timestep) {
    long start = System.nanoTime();
    observer.at(timestep);
    float[] prediction = denoiser.predict(latents, timestep);
    progress.step(Progress.seconds(start), null);
    return prediction;
  }

  private List<Conditioning> texts(List<String> prompts) {
    progress.stage(Stage.TEXT);
    List<TextStage.Encoder> encoders = new ArrayList<>();
    List<NetworkObserver> observers = new ArrayList<>();
    List<TappedNetwork> networks = new ArrayList<>();
    try {
      for (String name : graphs.networks().keySet()) {
        if (name.startsWith("text_encoder")) {
          NetworkObserver observer = new NetworkObserver(graph(name), false);
          TappedNetwork network = tapped(name, observer);
          networks.add(network);
          observers.add(observer);
          encoders.add(new TextStage.Encoder(ClipTokenizer.of(model.tokenizer(name)),
              network.with(observer)));
        }
      }
      TextStage stage = new TextStage(torch, encoders, model.zeroEmptyNegative());
      List<Conditioning> texts = new ArrayList<>();
      for (String prompt : prompts) {
        texts.add(stage.encode(prompt, "", settings.guidance().enabled(), settings.width(),
            settings.height()));
        progress.stage(Stage.TEXT);
      }
      observers.forEach(this::keep);
      return texts;
    } finally {
      networks.forEach(TappedNetwork::close);
    }
  }

  private void decode(List<float[]> latents) {
    progress.stage(Stage.DECODING);
    NetworkObserver observer = new NetworkObserver(graph("vae.decode"), false);
    try (TappedNetwork network = tapped("vae.decode", observer)) {
      LatentDecoder decoder =
          new LatentDecoder(torch, network.with(observer), graphs.vae().scalingFactor());
      for (float[] picture : latents.subList(0, Math.min(DECODED, latents.size()))) {
        decoder.decode(picture, graphs.vae().latent(), h, w);
        progress.stage(Stage.DECODING);
      }
    }
    keep(observer);
  }

  private List<float[]> encode(List<CalibrationImages.Captioned> pictures) {
    progress.stage(Stage.LOADING);
    List<float[]> latents = new ArrayList<>();
    try (LoweredNetwork encoder =
        lowering.load(graph(PipelineGraphs.ENCODER), weights(PipelineGraphs.ENCODER),
            plan.kernels(PipelineGraphs.ENCODER), plan.attention(PipelineGraphs.ENCODER),
            Map.of("batch", 1L, "height", (long) settings.height(), "width",
                (long) settings.width()))) {
      for (CalibrationImages.Captioned picture : pictures) {
        float[] pixels =
            CalibrationImages.read(picture.file(), settings.width(), settings.height());
        try (Scope scope = torch.scope()) {
          float[] mean = Objects.requireNonNull(encoder.run(scope, Map.of("sample",
              scope.of(pixels, 1, 3, settings.height(), settings.width()))).get("mean")).floats();
          for (int i = 0; i < mean.length; i++) {
            mean[i] *= (float) graphs.vae().scalingFactor();
          }
          latents.add(mean);
        }
        progress.stage(Stage.LOADING);
      }
    }
    return latents;
  }

  private TappedNetwork tapped(String name, NetworkObserver observer) {
    boolean text = name.startsWith("text_encoder");
    long tokens = model.tokenizer(text ? name : "text_encoder").maxLength();
    long batch = name.equals("unet") && settings.guidance().enabled() ? 2 : 1;
    Map<String, Long> sizes =
        Map.of("batch", batch, "tokens", tokens, "height", (long) h, "width", (long) w);
    return lowering.loadTapped(graph(name), weights(name), plan.kernels(name),
        plan.attention(name), sizes, observer.watched(), false);
  }

  private Graph graph(String network) {
    return Objects.requireNonNull(graphs.networks().get(network));
  }

  private TensorSource weights(String network) {
    return model.component(PipelineGraphs.component(network)).tensors();
  }

  private void keep(NetworkObserver observer) {
    stateBytes += observer.bytes();
    inputs.addAll(observer.result());
  }

  private Sampler sampler() {
    return Sampler.of(settings.sampler(), samples.steps());
  }

  private float[] noise(int trajectory) {
    return new TorchRandom(request.seed() + trajectory).randn(graphs.vae().latent() * h * w);
  }
}

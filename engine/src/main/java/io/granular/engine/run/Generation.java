package io.granular.engine.run;

import io.granular.engine.diffusion.NoiseSource;
import io.granular.engine.diffusion.RecordedNoise;
import io.granular.engine.diffusion.Sampler;
import io.granular.engine.diffusion.StepResult;
import io.granular.engine.diffusion.TorchRandom;
import io.granular.engine.lower.Evaluation;
import io.granular.engine.lower.Kernel;
import io.granular.engine.metric.RgbImage;
import io.granular.engine.run.RunProgress.Stage;
import io.granular.engine.run.RunRequest.TensorRef;
import io.granular.engine.torch.LastingTensors;
import io.granular.engine.torch.ProcessMemory;
import io.granular.engine.torch.Torch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One run, stage by stage: text, steps, decoding, files; each stage packs the networks it needs. */
final class Generation {
  private final Torch torch;
  private final StageNetworks networks;
  private final Progress progress;
  private final ProcessMemory memory;
  private final RunRequest request;
  private final RunSettings settings;
  private final RunFiles files;
  private final int channels;
  private final int h;
  private final int w;
  private final List<float[]> trajectory = new ArrayList<>();
  private final List<Path> previews = new ArrayList<>();
  private double previewSeconds;
  private double packSeconds;

  /**
   * @param channels of the latents
   * @param h height of the latents
   * @param w width of the latents
   */
  Generation(Torch torch, StageNetworks networks, Progress progress, ProcessMemory memory,
      RunRequest request,
      RunSettings settings, int channels, int h, int w) {
    this.torch = torch;
    this.networks = networks;
    this.progress = progress;
    this.memory = memory;
    this.request = request;
    this.settings = settings;
    this.files = new RunFiles(request.output());
    this.channels = channels;
    this.h = h;
    this.w = w;
  }

  /**
   * What came before the generation.
   *
   * @param seconds to open files and resolve the recipe
   * @param reused whether the U-Net is still packed from an earlier run
   * @param estimatedPeak bytes
   */
  record Loading(double seconds, boolean reused, long estimatedPeak) {}

  RunResult run(Loading loading, List<String> notes) {
    LoadedPipeline pipeline = networks.pipeline();
    Conditioning text;
    Kernel.Cost encoders;
    double textSeconds;
    try (TextStage stage = packed(() -> networks.text(torch))) {
      progress.stage(Stage.TEXT);
      double before = progress.elapsed();
      text = stage.encode(request.prompt(), request.negative(), settings.guidance().enabled(),
          settings.width(), settings.height());
      textSeconds = progress.elapsed() - before;
      encoders = pipeline.held();
    }
    Evaluation unet = packed(networks::unet);
    // On its own if the U-Net was packed before, else a part of packing it.
    PeakLedger ledger = networks.cache().ledger();
    ledger.stage(encoders);

    float[] latents;
    try (LatentDecoder early = request.previews() ? packed(() -> networks.decoder(torch)) : null) {
      latents = denoise(unet, text, early);
      ledger.stage(pipeline.held());
    }
    RgbImage picture;
    double vaeSeconds;
    try (LatentDecoder decoder = packed(() -> networks.decoder(torch))) {
      progress.stage(Stage.DECODING);
      double before = progress.elapsed();
      // A picture's feature maps are the largest tensors of a run and none is made twice: pages of their own cost little
      // once, and leave no holes between them.
      try (LastingTensors _ = LastingTensors.open()) {
        picture = decoder.decode(latents, channels, h, w);
      }
      vaeSeconds = progress.elapsed() - before;
      ledger.stage(pipeline.held());
    }

    progress.stage(Stage.WRITING);
    RunRequest filled = settings.filled(request);
    Path image = files.picture(picture, filled, pipeline.plan().recipe());
    Path steps = files.latents(trajectory, channels, h, w);
    Kernel.Cost cost = pipeline.cost();
    Kernel.Cost held = ledger.held();
    long baseline = networks.cache().baseline();
    return new RunResult(filled, image, List.copyOf(previews), steps,
        new RunResult.Seconds(loading.seconds, packSeconds, textSeconds, progress.steps(),
            vaeSeconds, progress.elapsed() - previewSeconds, loading.reused),
        new RunResult.Bytes(cost.weights(), cost.scales(), cost.total()),
        new RunResult.Memory(baseline, ledger.peak(), held.weights(), held.scales(),
            Math.max(0, ledger.peak() - baseline - held.total()), loading.estimatedPeak),
        pipeline.kernels(), pipeline.plan().simulated(), pipeline.audit(),
        notes);
  }

  /** Packs what is not packed, and counts its time. */
  private <T> T packed(Supplier<T> pack) {
    progress.stage(Stage.QUANTIZING);
    double before = progress.elapsed();
    T packed = pack.get();
    packSeconds += progress.elapsed() - before;
    return packed;
  }

  private float[] denoise(Evaluation network, Conditioning text, @Nullable LatentDecoder decoder) {
    Sampler sampler = Sampler.of(settings.sampler(), settings.steps());
    double[] timesteps = sampler.timesteps();
    progress.expect(timesteps.length);
    int n = channels * h * w;
    TorchRandom random = new TorchRandom(request.seed());
    float[] latents = initial(random, n, sampler.initNoiseSigma());
    NoiseSource noise = noise(random);
    progress.stage(Stage.STEPS);
    try (Denoiser unet = new Denoiser(torch, network, text, settings.guidance(),
        new long[]{1, channels, h, w})) {
      for (int i = 0; i < timesteps.length; i++) {
        long start = System.nanoTime();
        float[] prediction = unet.predict(sampler.scaleInput(latents, i), timesteps[i]);
        StepResult result = sampler.step(prediction, i, latents, noise);
        latents = result.latents();
        double seconds = Progress.seconds(start);
        trajectory.add(latents);
        memory.sample();
        progress.step(seconds, preview(decoder, result.predictedOriginal(), i));
      }
    }
    return latents;
  }

  private @Nullable Path preview(@Nullable LatentDecoder decoder, float[] original, int step) {
    if (decoder == null) {
      return null;
    }
    long start = System.nanoTime();
    Path file = files.preview(decoder.preview(original, channels, h, w), step);
    previews.add(file);
    previewSeconds += Progress.seconds(start);
    return file;
  }

  private float[] initial(TorchRandom random, int n, float sigma) {
    TensorRef given = request.latents();
    // The seed's first draw is the initial noise; the steps' noise follows it either way.
    float[] drawn = random.randn(n);
    float[] latents = given == null ? drawn : files.tensor(given, n);
    for (int i = 0; i < n; i++) {
      latents[i] *= sigma;
    }
    return latents;
  }

  private NoiseSource noise(TorchRandom random) {
    TensorRef given = request.noise();
    return given == null ? random::randn
        : new RecordedNoise(files.tensor(given, -1), given.file().toString());
  }
}

package io.granular.engine.run;

import io.granular.engine.diffusion.NoiseSource;
import io.granular.engine.diffusion.RecordedNoise;
import io.granular.engine.diffusion.Sampler;
import io.granular.engine.diffusion.StepResult;
import io.granular.engine.diffusion.TorchRandom;
import io.granular.engine.lower.Kernel;
import io.granular.engine.metric.RgbImage;
import io.granular.engine.run.RunProgress.Stage;
import io.granular.engine.run.RunRequest.TensorRef;
import io.granular.engine.torch.ProcessMemory;
import io.granular.engine.torch.Torch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The part of a run after its networks are loaded: text, steps, decoding, files. */
final class Generation {
  private final Torch torch;
  private final LoadedPipeline pipeline;
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

  /**
   * @param channels of the latents
   * @param h height of the latents
   * @param w width of the latents
   */
  Generation(Torch torch, LoadedPipeline pipeline, Progress progress, ProcessMemory memory,
      RunRequest request,
      RunSettings settings, int channels, int h, int w) {
    this.torch = torch;
    this.pipeline = pipeline;
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
   * @param load seconds
   * @param quantize seconds
   * @param reused whether the networks were still packed from an earlier run
   * @param estimatedPeak bytes
   */
  record Loading(double load, double quantize, boolean reused, long estimatedPeak) {}

  RunResult run(Loading loading, PipelineCache cache, List<String> notes) {
    progress.stage(Stage.TEXT);
    double before = progress.elapsed();
    Conditioning text = pipeline.text(torch)
        .encode(request.prompt(), request.negative(),
            settings.guidance().enabled(), settings.width(), settings.height());
    double textSeconds = progress.elapsed() - before;

    LatentDecoder decoder = pipeline.decoder(torch);
    float[] latents = denoise(text, decoder);

    progress.stage(Stage.DECODING);
    // The decoder's tensors are larger than the holes that the steps leave in libtorch's heap.
    memory.trim();
    before = progress.elapsed();
    RgbImage picture = decoder.decode(latents, channels, h, w);
    double vaeSeconds = progress.elapsed() - before;

    progress.stage(Stage.WRITING);
    RunRequest filled = settings.filled(request);
    Path image = files.picture(picture, filled, pipeline.plan().recipe());
    Path steps = files.latents(trajectory, channels, h, w);
    Kernel.Cost cost = pipeline.cost();
    long peak = cache.peak();
    return new RunResult(filled, image, List.copyOf(previews), steps,
        new RunResult.Seconds(loading.load, loading.quantize, textSeconds, progress.steps(),
            vaeSeconds, progress.elapsed() - previewSeconds, loading.reused),
        new RunResult.Bytes(cost.weights(), cost.scales(), cost.total()),
        new RunResult.Memory(cache.baseline(), peak, cost.weights(), cost.scales(),
            Math.max(0, peak - cache.baseline() - cost.total()), loading.estimatedPeak),
        pipeline.kernels(), pipeline.plan().simulated(), pipeline.audit(),
        notes);
  }

  private float[] denoise(Conditioning text, LatentDecoder decoder) {
    Sampler sampler = Sampler.of(settings.sampler(), settings.steps());
    double[] timesteps = sampler.timesteps();
    progress.expect(timesteps.length);
    int n = channels * h * w;
    TorchRandom random = new TorchRandom(request.seed());
    float[] latents = initial(random, n, sampler.initNoiseSigma());
    NoiseSource noise = noise(random);
    progress.stage(Stage.STEPS);
    try (Denoiser unet = new Denoiser(torch, pipeline.unet(), text, settings.guidance(),
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

  private @Nullable Path preview(LatentDecoder decoder, float[] original, int step) {
    if (!request.previews()) {
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

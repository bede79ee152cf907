package io.granular.engine.save;

import io.granular.engine.metric.PictureMetrics;
import io.granular.engine.metric.RgbImage;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.quant.FloatReader;
import io.granular.engine.run.RequestDefaults;
import io.granular.engine.run.RunListener;
import io.granular.engine.run.RunRequest;
import io.granular.engine.run.RunResult;
import io.granular.engine.run.SamplerChoice;
import io.granular.engine.run.SideRunner;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.Png;
import io.granular.engine.store.PromptDefaults;
import io.granular.engine.store.SafetensorsFile;
import io.granular.engine.store.TensorInfo;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Generates a picture from the model as it was and from what was saved of it, and compares them: a few steps at a small
 * size, because what a wrong weight does shows there too.
 */
final class SaveCheck {
  private static final int LARGEST_SIDE = 128;
  private static final String PROMPT = "a photograph of a cat";

  private final SideRunner sides;
  private final ForeignRun foreign;
  private final RunListener listener;
  private final BooleanSupplier cancelled;

  /** @param foreign generates with what other programs compute */
  SaveCheck(SideRunner sides, ForeignRun foreign, RunListener listener,
      BooleanSupplier cancelled) {
    this.sides = sides;
    this.foreign = foreign;
    this.listener = listener;
    this.cancelled = cancelled;
  }

  /**
   * What to open again.
   *
   * @param path the saved model
   * @param config what gives the parts that it does not hold, if any
   * @param recipe what to run it with
   */
  record Saved(Path path, @Nullable Path config, String recipe) implements Reopened {}

  /** The request for the model as it was. */
  static RunRequest request(SaveRequest request, ModelSource model, PipelineGraphs graphs,
      Path scratch) {
    Optional<PromptDefaults> defaults = model.promptDefaults();
    RunRequest bare = new RunRequest(request.model(), request.config(), request.recipe(),
        defaults.flatMap(PromptDefaults::prompt).orElse(PROMPT), "",
        request.options().checkSeed(), request.options().checkSteps(), null, null, null,
        SamplerChoice.MODEL_DEFAULT, request.threads(), null, null, false,
        scratch.resolve("before"));
    RunRequest usual = RequestDefaults.fill(bare, model, graphs);
    int factor = graphs.vae().factor();
    int width = Math.min(side(usual.width(), factor), Objects.requireNonNull(usual.width()));
    int height = Math.min(side(usual.height(), factor), Objects.requireNonNull(usual.height()));
    return new RunRequest(usual.model(), usual.config(), usual.recipe(), usual.prompt(),
        usual.negative(), usual.seed(), usual.steps(), usual.guidance(), width, height,
        usual.sampler(), usual.threads(), null, null, false, usual.output())
        .withCalibration(request.calibration());
  }

  private static int side(@Nullable Integer usual, int factor) {
    int largest = Math.min(LARGEST_SIDE, Objects.requireNonNull(usual));
    return Math.max(factor, largest / factor * factor);
  }

  /** Generates twice and compares. */
  SaveResult.Check compare(RunRequest before, Reopened saved, Path scratch) {
    long start = System.nanoTime();
    RunResult first = sides.run(before, listener, cancelled);
    float[] expected = latents(first.latents());
    RgbImage picture = Png.read(first.image());
    ForeignRun.Outcome second = switch (saved) {
      case Saved own -> {
        RunResult result = sides.run(after(before, own, scratch), listener, cancelled);
        yield new ForeignRun.Outcome(latents(result.latents()), Png.read(result.image()));
      }
      case Reopened.Foreign networks -> {
        sides.close();
        yield foreign.run(networks, before);
      }
    };
    sides.close();
    double largest = largest(expected, second.latents());
    double psnr = PictureMetrics.compare(picture, second.picture()).psnr();
    return new SaveResult.Check(largest == 0, Double.isInfinite(psnr) ? null : psnr, largest,
        before.seed(), Objects.requireNonNull(before.steps()),
        Objects.requireNonNull(before.width()), Objects.requireNonNull(before.height()),
        before.prompt(), (System.nanoTime() - start) / 1e9);
  }

  private static RunRequest after(RunRequest before, Saved saved, Path scratch) {
    return new RunRequest(saved.path.toString(), saved.config, saved.recipe,
        before.prompt(), before.negative(), before.seed(), before.steps(), before.guidance(),
        before.width(), before.height(), before.sampler(), before.threads(), null, null, false,
        scratch.resolve("after"));
  }

  /** The largest difference of latents; 0 only if all bits are the same. */
  private static double largest(float[] x, float[] y) {
    double largest = x.length == y.length ? 0 : Double.POSITIVE_INFINITY;
    for (int i = 0; i < Math.min(x.length, y.length); i++) {
      if (Float.floatToRawIntBits(x[i]) != Float.floatToRawIntBits(y[i])) {
        double difference = Math.abs((double) x[i] - y[i]);
        largest = Math.max(largest,
            difference > 0 ? difference : Double.MIN_VALUE);
      }
    }
    return largest;
  }

  private static float[] latents(Path file) {
    try (SafetensorsFile open = SafetensorsFile.open(file)) {
      TensorInfo info = open.info("latents");
      float[] values = new float[Math.toIntExact(info.elements())];
      FloatReader.of(open.data("latents"), info.dtype()).read(0, values, values.length);
      return values;
    }
  }
}

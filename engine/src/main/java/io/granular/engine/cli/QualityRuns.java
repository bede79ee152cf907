package io.granular.engine.cli;

import io.granular.engine.metric.PictureMetrics;
import io.granular.engine.quant.FloatReader;
import io.granular.engine.run.RunRequest;
import io.granular.engine.run.RunResult;
import io.granular.engine.store.Png;
import io.granular.engine.store.SafetensorsFile;
import io.granular.engine.store.TensorInfo;
import io.granular.engine.studio.EngineException;
import io.granular.engine.studio.RunOutcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Generates all pictures of a quality measurement: recipe by recipe, so that each is quantized once. */
final class QualityRuns {
  private final Session session;
  private final GenerationOptions options;
  private final String model;
  private final Path out;
  private final List<String> prompts;
  private final List<Long> seeds;

  QualityRuns(Session session, GenerationOptions options, String model, Path out,
      List<String> prompts, List<Long> seeds) {
    this.session = session;
    this.options = options;
    this.model = model;
    this.out = out;
    this.prompts = prompts;
    this.seeds = seeds;
  }

  /**
   * Runs.
   *
   * @param given the reference, the base, and others, as {@link SideSource} reads them
   * @throws EngineException if a run fails
   * @throws CancelledException if the person ended it
   */
  Quality run(List<String> given) {
    List<String> names = SideNames.of(given);
    List<List<RunRequest>> requests = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      requests.add(requests(SideSource.of(model, given.get(i)), names.get(i)));
    }
    requests.forEach(side -> session.engine().library().check(side.getFirst()));
    List<RunResult> reference = results(requests.getFirst(), names.getFirst());
    List<Quality.Side> sides = new ArrayList<>();
    for (int i = 1; i < given.size(); i++) {
      List<RunResult> results = results(requests.get(i), names.get(i));
      List<Double> errors = new ArrayList<>();
      List<Double> psnrs = new ArrayList<>();
      for (int k = 0; k < results.size(); k++) {
        errors.add(latentError(reference.get(k), results.get(k)));
        psnrs.add(Math.min(Quality.HIGHEST_PSNR,
            PictureMetrics.compare(Png.read(reference.get(k).image()),
                Png.read(results.get(k).image())).psnr()));
      }
      sides.add(Quality.Side.of(names.get(i), errors, psnrs, results.getFirst().bytes().total(),
          sides.isEmpty() ? null : sides.getFirst(), results.getFirst().notes()));
    }
    return new Quality(model, names.getFirst(), names.get(1), prompts, seeds, sides);
  }

  private List<RunRequest> requests(SideSource side, String name) {
    List<RunRequest> requests = new ArrayList<>();
    for (int p = 0; p < prompts.size(); p++) {
      for (long seed : seeds) {
        options.seed = seed;
        requests.add(options.request(side.model(), side.recipe(), false, prompts.get(p), false,
            out.resolve(SideNames.fileName(name)).resolve((p + 1) + "-" + seed)));
      }
    }
    return requests;
  }

  private List<RunResult> results(List<RunRequest> requests, String name) {
    List<RunResult> results = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      results.add(switch (session.await(requests.get(i),
          name + " " + (i + 1) + "/" + requests.size())) {
        case RunOutcome.Finished(var result) -> result;
        case RunOutcome.Cancelled() -> throw new CancelledException();
        case RunOutcome.Failed failed ->
          throw new EngineException(Failure.text("granular quality: side " + name, failed));
      });
    }
    return results;
  }

  private static double latentError(RunResult reference, RunResult other) {
    float[] a = latents(reference.latents());
    float[] b = latents(other.latents());
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      double d = (double) a[i] - b[i];
      sum += d * d;
    }
    return sum / a.length;
  }

  /** Those after the last step. */
  private static float[] latents(Path file) {
    try (SafetensorsFile steps = SafetensorsFile.open(file)) {
      TensorInfo info = steps.info("latents");
      float[] all = new float[Math.toIntExact(info.elements())];
      FloatReader.of(steps.data("latents"), info.dtype()).read(0, all, all.length);
      int one = all.length / Math.toIntExact(info.shape().getFirst());
      return Arrays.copyOfRange(all, all.length - one, all.length);
    }
  }
}

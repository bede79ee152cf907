package io.granular.engine.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.plan.Audit;
import io.granular.engine.run.RunRequest;
import io.granular.engine.run.RunResult;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Comparisons as JSON: {@code report.json} and what {@code --json} prints. JSON has no infinity, so
 * the PSNR of identical pictures is null and {@code identical} is true.
 */
public final class JsonReport {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private JsonReport() {}

  /**
   * The whole comparison.
   *
   * @param folder paths are given relative to it; null for absolute paths
   */
  public static ObjectNode of(ComparisonReport report, @Nullable Path folder) {
    RunRequest request = report.request();
    ObjectNode json = NODES.objectNode();
    json.put("version", report.version());
    json.put("machine", report.machine());
    json.put("command", report.command());
    json.put("model", request.model());
    json.put("prompt", request.prompt());
    json.put("negative", request.negative());
    json.put("seed", request.seed());
    ArrayNode sides = json.putArray("sides");
    report.sides().forEach(side -> sides.add(side(side, folder)));
    return json;
  }

  /** One picture that is not compared; paths are absolute. */
  public static ObjectNode result(String name, RunResult result) {
    ObjectNode json = NODES.objectNode();
    json.put("name", name);
    json.put("recipe", result.request().recipe());
    result(json, result, null);
    return json;
  }

  /** One side; of a failed one only its name, recipe and {@code error}. */
  public static ObjectNode side(SideReport side, @Nullable Path folder) {
    ObjectNode json = NODES.objectNode();
    json.put("name", side.name());
    json.put("recipe", side.recipe());
    switch (side) {
      case SideReport.Finished finished -> {
        result(json, finished.result(), folder);
        difference(json, finished.difference(), folder);
      }
      case SideReport.Failed failed -> json.putObject("error")
          .put("message", failed.message())
          .put("remedy", failed.remedy())
          .put("log", failed.log());
    }
    return json;
  }

  private static void result(ObjectNode json, RunResult result, @Nullable Path folder) {
    json.put("image", path(result.image(), folder));
    settings(json.putObject("settings"), result.request());
    RunResult.Seconds seconds = result.seconds();
    ObjectNode times = json.putObject("seconds");
    times.put("load", seconds.load());
    times.put("quantize", seconds.quantize());
    times.put("text", seconds.text());
    ArrayNode steps = times.putArray("steps");
    seconds.steps().forEach(steps::add);
    times.put("vae", seconds.vae());
    times.put("total", seconds.total());
    times.put("reused", seconds.reused());
    json.putObject("bytes")
        .put("weights", result.bytes().weights())
        .put("scales", result.bytes().scales())
        .put("total", result.bytes().total());
    RunResult.Memory memory = result.memory();
    json.put("peak_rss_bytes", memory.peakRss());
    json.put("baseline_rss_bytes", memory.baselineRss());
    json.put("activations_peak_bytes", memory.activationsPeak());
    json.put("estimated_peak_rss_bytes", memory.estimatedPeakRss());
    ObjectNode kernels = json.putObject("kernels");
    result.kernels().forEach(kernels::put);
    ArrayNode simulated = json.putArray("simulated_modules");
    result.simulatedModules().forEach(simulated::add);
    audit(json.putObject("audit"), result.audit());
    ArrayNode notes = json.putArray("notes");
    result.notes().forEach(notes::add);
  }

  private static void audit(ObjectNode json, Audit audit) {
    json.put("tensors", audit.tensors());
    json.put("opaque", audit.opaque());
    ArrayNode mismatches = json.putArray("mismatches");
    audit.mismatches()
        .forEach(m -> mismatches.addObject()
            .put("tensor", m.tensor())
            .put("what", m.what())
            .put("planned", m.planned())
            .put("actual", m.actual()));
  }

  private static void settings(ObjectNode json, RunRequest request) {
    json.put("steps", request.steps());
    json.put("guidance", request.guidance());
    json.put("width", request.width());
    json.put("height", request.height());
    json.put("sampler", request.sampler().name());
    json.put("spacing", request.sampler().spacing());
    json.put("sigmas", request.sampler().sigmas());
    json.put("zero_snr", request.sampler().zeroSnr());
    json.put("prediction", request.sampler().prediction());
    json.put("threads", request.threads());
    json.put("simulate", request.simulate());
  }

  private static void difference(ObjectNode json, @Nullable Difference difference,
      @Nullable Path folder) {
    if (difference == null) {
      for (String metric : new String[]{"mse", "mae", "psnr", "ssim", "flip", "identical"}) {
        json.putNull(metric);
      }
      return;
    }
    var metrics = difference.metrics();
    json.put("mse", metrics.mse());
    json.put("mae", metrics.mae());
    json.put("psnr", difference.identical() ? null : metrics.psnr());
    json.put("ssim", metrics.ssim());
    json.put("flip", metrics.flip());
    json.put("identical", difference.identical());
    json.put("difference_image", path(difference.picture(), folder));
    json.put("flip_image", path(difference.flipMap(), folder));
  }

  private static String path(Path path, @Nullable Path folder) {
    return folder == null
        ? path.toAbsolutePath().normalize().toString()
        : folder.toAbsolutePath()
            .relativize(path.toAbsolutePath())
            .toString()
            .replace('\\', '/');
  }
}

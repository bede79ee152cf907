package io.granular.engine.run;

import io.granular.engine.plan.Audit;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A finished side. All seconds and bytes are measured unless the name says otherwise.
 *
 * @param request the request with every null replaced by the value that was used
 * @param image PNG of the final picture
 * @param previews PNG after each step, in order; empty if none were asked for
 * @param latents safetensors with {@code latents} of shape {@code [steps, 4, h, w]}, after each step
 * @param seconds how long each part took
 * @param bytes what the networks hold
 * @param memory the memory ledger
 * @param kernels kernel id to number of layers it ran
 * @param simulatedModules modules whose scheme ran as quantize-dequantize because no kernel serves it
 * @param audit the plan against what ran, tensor by tensor
 * @param notes what differs from what was asked, e.g. a kernel this processor lacks
 */
public record RunResult(RunRequest request, Path image, List<Path> previews, Path latents,
    Seconds seconds, Bytes bytes,
    Memory memory, Map<String, Integer> kernels, List<String> simulatedModules,
    Audit audit, List<String> notes) {

  /**
   * Seconds.
   *
   * @param load opening files and resolving the recipe
   * @param quantize building networks, quantizing and packing weights
   * @param text tokenizing and encoding the prompts
   * @param steps each network evaluation with its sampler step
   * @param vae decoding the latents
   * @param total from the request to the written picture
   * @param reused whether the U-Net was still packed from an earlier run of the same worker, so
   *     that it was not quantized
   */
  public record Seconds(double load, double quantize, double text, List<Double> steps, double vae,
      double total, boolean reused) {
    /** Of a run that loaded its networks. */
    public Seconds(double load, double quantize, double text, List<Double> steps, double vae,
        double total) {
      this(load, quantize, text, steps, vae, total, false);
    }
  }

  /**
   * Bytes held by the networks of this side, each while it is needed.
   *
   * @param weights packed weights and biases
   * @param scales scales and zero points
   * @param total both
   */
  public record Bytes(long weights, long scales, long total) {}

  /**
   * The memory ledger, in bytes.
   *
   * @param baselineRss resident set of the started worker without any networks, measured before they
   *     were loaded
   * @param peakRss peak resident set while loading the networks (in this run or, if they were still
   *     packed, in the earlier one) and generating
   * @param weights packed weights of the networks that were in memory at the peak
   * @param scales their scales and zero points
   * @param activationsPeak peak above baseline, weights and scales
   * @param estimatedPeakRss what the plan said before the run
   */
  public record Memory(long baselineRss, long peakRss, long weights, long scales,
      long activationsPeak,
      long estimatedPeakRss) {}
}

package io.granular.engine.run;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs one network of a pipeline on raw tensors, in the process that holds libtorch. */
@FunctionalInterface
public interface NetworkRunner {
  /**
   * Reads the inputs, runs the network once and writes its results.
   *
   * @throws RuntimeException with a message that says what, where and the remedy
   */
  Answer run(Call call);

  /**
   * What to run.
   *
   * @param model as in {@link RunRequest}
   * @param config as in {@link RunRequest}
   * @param network {@code text_encoder, text_encoder_2, unet, vae.encode} or {@code vae.decode}
   * @param recipe id of a built-in recipe or path of a recipe file
   * @param simulate as in {@link RunRequest}
   * @param inputs safetensors with tensors named as diffusers' arguments
   * @param outputs safetensors to write, with tensors named as diffusers' results
   * @param threads computing threads; 0 for the number of cores
   * @param calibration as in {@link RunRequest}
   */
  record Call(String model, @Nullable Path config, String network, String recipe,
      boolean simulate, Path inputs, Path outputs, int threads, @Nullable Path calibration) {
    /** With the kernels that this machine has, and without a calibration. */
    public Call(String model, @Nullable Path config, String network, String recipe, Path inputs,
        Path outputs, int threads) {
      this(model, config, network, recipe, false, inputs, outputs, threads, null);
    }

    /** The same with another calibration. */
    public Call withCalibration(Path file) {
      return new Call(model, config, network, recipe, simulate, inputs, outputs, threads, file);
    }
  }

  /**
   * What came of it.
   *
   * @param tensors name to shape of every tensor written, in order
   * @param seconds one run of the network, measured
   * @param kernels kernel id to number of layers it ran
   */
  record Answer(Map<String, List<Long>> tensors, double seconds, Map<String, Integer> kernels) {}
}

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
   * @param gradients if a loss is wanted instead of results; the network then computes in fp32, whatever the recipe says
   */
  record Call(String model, @Nullable Path config, String network, String recipe,
      boolean simulate, Path inputs, Path outputs, int threads, @Nullable Path calibration,
      @Nullable Gradients gradients) {
    /** With the kernels that this machine has, and without a calibration. */
    public Call(String model, @Nullable Path config, String network, String recipe, Path inputs,
        Path outputs, int threads) {
      this(model, config, network, recipe, false, inputs, outputs, threads, null, null);
    }

    /** Loss and gradients of the U-Net instead of results. */
    public Call(String model, @Nullable Path config, Path inputs, Path outputs, int threads,
        Gradients gradients) {
      this(model, config, "unet", "fp32", false, inputs, outputs, threads, null, gradients);
    }

    /** The same with another calibration. */
    public Call withCalibration(Path file) {
      return new Call(model, config, network, recipe, simulate, inputs, outputs, threads, file,
          gradients);
    }
  }

  /**
   * Loss and gradients: {@code loss = mean((network(inputs) - target)^2)}, written as {@code loss} and {@code grad.NAME}.
   *
   * @param target name of the tensor among the inputs that the result should equal
   * @param fakeQuantize scheme of every convolution's and linear layer's weights, as under {@code weights} in a
   *     recipe's rule; null for none
   */
  record Gradients(String target, @Nullable String fakeQuantize) {}

  /**
   * What came of it.
   *
   * @param tensors name to shape of every tensor written, in order
   * @param seconds one run of the network, measured
   * @param kernels kernel id to number of layers it ran
   */
  record Answer(Map<String, List<Long>> tensors, double seconds, Map<String, Integer> kernels) {}
}

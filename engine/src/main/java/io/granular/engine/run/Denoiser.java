package io.granular.engine.run;

import io.granular.engine.diffusion.Guidance;
import io.granular.engine.lower.Evaluation;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Tensor;
import io.granular.engine.torch.Torch;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** The U-Net with its conditioning: latents and a timestep in, the guided prediction out. */
final class Denoiser implements AutoCloseable {
  private final Evaluation unet;
  private final Guidance guidance;
  private final Conditioning text;
  private final long[] shape;
  private final Torch torch;
  private final Scope constants;
  private final Map<String, Tensor> fixed = new LinkedHashMap<>();

  /** @param shape of the latents, {@code [1, c, h, w]} */
  Denoiser(Torch torch, Evaluation unet, Conditioning text, Guidance guidance, long[] shape) {
    this.torch = torch;
    this.unet = unet;
    this.guidance = guidance;
    this.text = text;
    this.shape = shape;
    this.constants = torch.scope();
    fixed.put("encoder_hidden_states",
        constants.of(text.hidden(), text.batch(), text.tokens(), text.width()));
    float[] pooled = text.pooled();
    float[] timeIds = text.timeIds();
    if (pooled != null && timeIds != null) {
      fixed.put("text_embeds", constants.of(pooled, text.batch(), pooled.length / text.batch()));
      fixed.put("time_ids", constants.of(timeIds, text.batch(), 6));
    }
  }

  /** The prediction for scaled latents at a timestep. */
  float[] predict(float[] latents, double timestep) {
    int batch = text.batch();
    float[] times = new float[batch];
    Arrays.fill(times, (float) timestep);
    float[] sample = latents;
    if (batch == 2) {
      sample = Arrays.copyOf(latents, 2 * latents.length);
      System.arraycopy(latents, 0, sample, latents.length, latents.length);
    }
    try (Scope scope = torch.scope()) {
      Map<String, Tensor> arguments = new LinkedHashMap<>(fixed);
      arguments.put("sample", scope.of(sample, batch, shape[1], shape[2], shape[3]));
      arguments.put("timestep", scope.of(times, batch));
      float[] out = Objects.requireNonNull(unet.run(scope, arguments).get("sample")).floats();
      return batch == 1 ? out
          : guidance.combine(Arrays.copyOf(out, latents.length),
              Arrays.copyOfRange(out, latents.length, out.length));
    }
  }

  @Override
  public void close() {
    constants.close();
  }
}

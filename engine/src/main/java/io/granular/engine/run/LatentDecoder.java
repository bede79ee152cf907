package io.granular.engine.run;

import io.granular.engine.lower.Evaluation;
import io.granular.engine.metric.RgbImage;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Tensor;
import io.granular.engine.torch.Torch;
import java.util.Map;
import java.util.Objects;

/** Latents to pictures. */
final class LatentDecoder implements AutoCloseable {
  /** Previews of larger latents are decoded from an average, so that they take a fraction of a step. */
  private static final int PREVIEW_SIDE = 24;

  private final Torch torch;
  private final Evaluation decoder;
  private final double scalingFactor;
  private final Runnable release;

  /** @param scalingFactor of the autoencoder's configuration */
  LatentDecoder(Torch torch, Evaluation decoder, double scalingFactor) {
    this(torch, decoder, scalingFactor, () -> {});
  }

  /** @param release called when the decoder is no longer needed */
  LatentDecoder(Torch torch, Evaluation decoder, double scalingFactor, Runnable release) {
    this.release = release;
    this.torch = torch;
    this.decoder = decoder;
    this.scalingFactor = scalingFactor;
  }

  /** The picture of {@code [channels, h, w]}. */
  RgbImage decode(float[] latents, int channels, int h, int w) {
    float[] unscaled = new float[latents.length];
    for (int i = 0; i < unscaled.length; i++) {
      unscaled[i] = (float) (latents[i] / scalingFactor);
    }
    try (Scope scope = torch.scope()) {
      Tensor sample = scope.of(unscaled, 1, channels, h, w);
      Tensor picture =
          Objects.requireNonNull(decoder.run(scope, Map.of("sample", sample)).get("sample"));
      return picture(picture.floats(), (int) picture.shape()[3], (int) picture.shape()[2]);
    }
  }

  /** A quick look, up to the full size for small latents. */
  RgbImage preview(float[] latents, int channels, int h, int w) {
    int by = Math.ceilDiv(Math.max(h, w), PREVIEW_SIDE);
    return by == 1 ? decode(latents, channels, h, w)
        : decode(average(latents, channels, h, w, by), channels, h / by, w / by);
  }

  private static float[] average(float[] x, int channels, int h, int w, int by) {
    int oh = h / by;
    int ow = w / by;
    float[] y = new float[channels * oh * ow];
    for (int c = 0; c < channels; c++) {
      for (int i = 0; i < oh * by; i++) {
        for (int j = 0; j < ow * by; j++) {
          y[(c * oh + i / by) * ow + j / by] += x[(c * h + i) * w + j] / (by * by);
        }
      }
    }
    return y;
  }

  /** {@code [3, h, w]} in -1..1 to bytes, rounded as diffusers' {@code VaeImageProcessor} does. */
  private static RgbImage picture(float[] x, int width, int height) {
    int plane = width * height;
    byte[] rgb = new byte[3 * plane];
    for (int i = 0; i < plane; i++) {
      for (int c = 0; c < 3; c++) {
        float unit = Math.clamp(x[c * plane + i] / 2 + 0.5f, 0f, 1f);
        rgb[3 * i + c] = (byte) Math.rint(unit * 255f);
      }
    }
    return new RgbImage(width, height, rgb);
  }

  @Override
  public void close() {
    release.run();
  }
}

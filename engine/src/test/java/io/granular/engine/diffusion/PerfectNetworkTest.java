package io.granular.engine.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A network that knows the picture leads every sampler to it, whatever the options. */
class PerfectNetworkTest {
  private static final int SIZE = 64;
  private static final float[] PICTURE = new TorchRandom(1).randn(SIZE);
  private static final NoiseSchedule TRAINED = NoiseSchedule.of(
      options(SamplerKind.DDIM, Prediction.EPSILON, Spacing.LEADING).settings());

  static Stream<Arguments> runs() {
    return Stream.of(SamplerKind.values())
        .flatMap(kind -> Stream.of(Prediction.values())
            .flatMap(prediction -> Stream.of(Spacing.values())
                .filter(spacing -> isExact(kind, prediction, spacing))
                .map(spacing -> Arguments.of(kind, prediction, spacing))));
  }

  private static boolean isExact(SamplerKind kind, Prediction prediction, Spacing spacing) {
    return switch (kind) {
      case EULER_ANCESTRAL -> prediction != Prediction.SAMPLE;
      // It mixes velocities of different timesteps, and its stride is not that of linspace.
      case PNDM -> prediction == Prediction.EPSILON && spacing != Spacing.LINSPACE;
      case DDIM, EULER, HEUN, DPMPP_2M, UNIPC, LCM -> true;
    };
  }

  @ParameterizedTest
  @MethodSource("runs")
  void findsThePicture(SamplerKind kind, Prediction prediction, Spacing spacing) {
    Sampler sampler = Sampler.of(options(kind, prediction, spacing), 12);
    TorchRandom random = new TorchRandom(2);
    // Noise alone is not quite what training left at the first timestep; the network sees that.
    float[] x = sampler.initialLatents(random.randn(SIZE));
    for (int i = 0; i < sampler.timesteps().length; i++) {
      double t = sampler.timesteps()[i];
      float[] out = predict(prediction, sampler.scaleInput(x, i), t);
      StepResult result = sampler.step(out, i, x, random::randn);
      assertThat(References.relativeError(result.predictedOriginal(), PICTURE))
          .as("seen at timestep %f", t)
          .isLessThan(2e-3);
      x = result.latents();
    }
    assertThat(References.relativeError(x, PICTURE)).isLessThan(2e-3);
  }

  /** What the latents {@code alpha * picture + sigma * noise} should make the network say. */
  private static float[] predict(Prediction prediction, float[] x, double t) {
    float[] trained = TRAINED.sigmas();
    double ratio = SigmaTable.interpolate(new double[]{t}, trained)[0];
    float alpha = (float) (1 / Math.sqrt(ratio * ratio + 1));
    float sigma = (float) (ratio * alpha);
    float[] noise = Floats.divide(Floats.sum(1, x, -alpha, PICTURE), sigma);
    return switch (prediction) {
      case EPSILON -> noise;
      case V -> Floats.sum(alpha, noise, -sigma, PICTURE);
      case SAMPLE -> PICTURE;
    };
  }

  private static SamplerOptions options(SamplerKind kind, Prediction prediction, Spacing spacing) {
    return SamplerOptions.resolve(
        References.config(
            """
                {"_class_name": "%s", "beta_start": 0.00085, "beta_end": 0.012,
                 "beta_schedule": "scaled_linear", "set_alpha_to_one": true, "clip_sample": false,
                 "skip_prk_steps": true, "steps_offset": 1}""".formatted(kind.className())),
        new SamplerOverrides(null, spacing, null, null, prediction));
  }
}

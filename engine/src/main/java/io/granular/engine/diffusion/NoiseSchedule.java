package io.granular.engine.diffusion;

import java.util.function.DoubleUnaryOperator;

/**
 * How much signal the training left at each timestep: {@code alphasCumprod[t]} is the square of the
 * signal's weight, from nearly 1 at timestep 0 to nearly 0 at the last. Computed in single
 * precision, the running product in double, as in diffusers.
 *
 * @param alphasCumprod {@code [num_train_timesteps]}
 */
record NoiseSchedule(float[] alphasCumprod) {
  private static final int MAX_TIMESTEPS = 100_000;
  /** Stands for no signal at all where a sampler divides by it; half precision's smallest. */
  private static final float LEAST_SIGNAL = 0x1p-24f;

  /** The schedule the config describes. */
  static NoiseSchedule of(Settings settings) {
    float[] betas = betas(settings);
    return new NoiseSchedule(product(
        settings.flag("rescale_betas_zero_snr") ? rescaleToZeroSnr(betas) : betas));
  }

  /** The same for samplers that work with sigmas, which must be finite. */
  static NoiseSchedule withSignal(Settings settings) {
    NoiseSchedule schedule = of(settings);
    if (settings.flag("rescale_betas_zero_snr")) {
      schedule.alphasCumprod[schedule.size() - 1] = LEAST_SIGNAL;
    }
    return schedule;
  }

  /** The number of timesteps the config says the model was trained on. */
  static int timesteps(Settings settings) {
    return settings.integer("num_train_timesteps", 2, MAX_TIMESTEPS);
  }

  /** Number of trained timesteps. */
  int size() {
    return alphasCumprod.length;
  }

  /**
   * The timesteps themselves, if the model was trained on all of them.
   *
   * @throws IllegalArgumentException if one is past the last trained one, or has no signal left
   *     while the network predicts noise, from which the clean latents cannot be found then
   */
  double[] trained(double[] timesteps, Prediction prediction) {
    for (double t : timesteps) {
      if (t >= size()) {
        throw new IllegalArgumentException("So many steps start at timestep " + (int) t
            + ", and the model was trained on 0 to " + (size() - 1)
            + "; take fewer steps or trailing spacing.");
      }
      if (alphasCumprod[(int) t] == 0 && prediction == Prediction.EPSILON) {
        throw new IllegalArgumentException("Timestep " + (int) t + " has zero signal-to-noise"
            + " ratio, where epsilon prediction says nothing about the picture; take v prediction,"
            + " leading spacing, or no zero-SNR rescaling.");
      }
    }
    return timesteps;
  }

  /** The squared signal weight at timestep {@code t}. */
  float alpha(int t) {
    return alphasCumprod[t];
  }

  /** Noise over signal per timestep, {@code sqrt((1 - a) / a)}. */
  float[] sigmas() {
    float[] sigmas = new float[size()];
    for (int t = 0; t < sigmas.length; t++) {
      sigmas[t] = Floats.sqrt((1 - alphasCumprod[t]) / alphasCumprod[t]);
    }
    return sigmas;
  }

  private static float[] betas(Settings settings) {
    int n = timesteps(settings);
    if (!settings.json().path("trained_betas").isNull()) {
      return trained(settings, n);
    }
    double start = settings.number("beta_start", 0, 1);
    double end = settings.number("beta_end", 0, 1);
    return switch (settings.oneOf("beta_schedule", "linear", "scaled_linear", "squaredcos_cap_v2",
        "exp")) {
      case "linear" -> linspace((float) start, (float) end, n);
      case "scaled_linear" -> {
        float[] roots = linspace((float) Math.sqrt(start), (float) Math.sqrt(end), n);
        yield Floats.multiply(roots, roots);
      }
      case "exp" -> fromAlphaBar(n, t -> Math.exp(t * -12));
      default -> fromAlphaBar(n,
          t -> Math.pow(Math.cos((t + 0.008) / 1.008 * Math.PI / 2), 2));
    };
  }

  private static float[] trained(Settings settings, int n) {
    var list = settings.json().path("trained_betas");
    float[] betas = new float[n];
    for (int i = 0; i < n; i++) {
      double beta = list.path(i).asDouble(Double.NaN);
      if (list.size() != n || !(beta >= 0 && beta < 1)) {
        throw settings.bad("trained_betas",
            "It must be a list of num_train_timesteps (" + n + ") numbers from 0 to below 1.");
      }
      betas[i] = (float) beta;
    }
    return betas;
  }

  /** Betas whose running product of {@code 1 - beta} follows the given curve over [0, 1]. */
  private static float[] fromAlphaBar(int n, DoubleUnaryOperator alphaBar) {
    float[] betas = new float[n];
    for (int i = 0; i < n; i++) {
      double from = alphaBar.applyAsDouble((double) i / n);
      double to = alphaBar.applyAsDouble((double) (i + 1) / n);
      betas[i] = (float) Math.min(1 - to / from, 0.999);
    }
    return betas;
  }

  /** Lin et al. (2023), algorithm 1: shifts and stretches the signal so that the last has none. */
  private static float[] rescaleToZeroSnr(float[] betas) {
    float[] roots = product(betas);
    for (int i = 0; i < roots.length; i++) {
      roots[i] = Floats.sqrt(roots[i]);
    }
    float first = roots[0];
    float last = roots[roots.length - 1];
    float stretch = first / (first - last);
    float[] rescaled = new float[betas.length];
    float before = 1;
    for (int i = 0; i < roots.length; i++) {
      float root = (roots[i] - last) * stretch;
      float alphaBar = root * root;
      rescaled[i] = 1 - alphaBar / before;
      before = alphaBar;
    }
    return rescaled;
  }

  private static float[] product(float[] betas) {
    float[] result = new float[betas.length];
    double product = 1;
    for (int i = 0; i < betas.length; i++) {
      product *= 1 - betas[i];
      result[i] = (float) product;
    }
    return result;
  }

  /** {@code torch.linspace}: counted from the nearer end, with fused multiply-adds. */
  static float[] linspace(float start, float end, int n) {
    float[] result = new float[n];
    float step = (end - start) / (n - 1);
    for (int i = 0; i < n; i++) {
      result[i] = i < n / 2 ? Math.fma(step, i, start) : Math.fma(-step, n - 1 - i, end);
    }
    return result;
  }
}

package io.granular.engine.analyze;

import io.granular.engine.analyze.AnalysisResult.LayerSqnr;
import io.granular.engine.lower.LoweredNetwork;
import io.granular.engine.lower.Tap;
import io.granular.engine.lower.TappedNetwork;
import io.granular.engine.run.Rollouts;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Tensor;
import io.granular.engine.torch.Torch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Signal to quantization noise: the full-precision U-Net runs, and every quantized layer is given the input that its
 * full-precision twin is given.
 */
final class SqnrMeter implements AutoCloseable {
  private final Torch torch;
  private final Laboratory laboratory;
  private final Rollouts rollouts;
  private final Map<String, LoweredNetwork> layers = new LinkedHashMap<>();
  private final Map<String, Sums> sums = new HashMap<>();

  /** Signal and noise of one layer at each timestep. */
  private record Sums(double[] signal, double[] noise) {}

  /**
   * @param modules within the U-Net
   * @param timesteps how many there will be
   */
  SqnrMeter(Torch torch, Laboratory laboratory, Rollouts rollouts,
      List<String> modules, int timesteps) {
    this.torch = torch;
    this.laboratory = laboratory;
    this.rollouts = rollouts;
    for (String module : modules) {
      layers.put(module, laboratory.layer(module));
      sums.put(module, new Sums(new double[timesteps], new double[timesteps]));
    }
  }

  /** Adds a sample's evaluations. */
  void add(Sample sample, int[] evaluations, Clock clock) {
    double[] timesteps = rollouts.timesteps();
    try (TappedNetwork unet = laboratory.tappedUnet(layers.keySet())) {
      for (int i = 0; i < evaluations.length; i++) {
        clock.check();
        long start = System.nanoTime();
        float[] input = sample.trajectory().inputs().get(evaluations[i]);
        rollouts.predict(unet.with(new Comparison(i)), sample.text(), input,
            timesteps[evaluations[i]]);
        clock.done(Clock.seconds(start), false);
      }
    }
  }

  /** The ratios, in the order of the modules. */
  List<LayerSqnr> result(String component) {
    List<LayerSqnr> result = new ArrayList<>();
    layers.keySet().forEach(module -> {
      Sums s = sum(module);
      List<Double> decibel = new ArrayList<>();
      for (int i = 0; i < s.signal.length; i++) {
        decibel.add(s.noise[i] == 0 ? Double.POSITIVE_INFINITY
            : 10 * Math.log10(s.signal[i] / s.noise[i]));
      }
      result.add(new LayerSqnr(component + "." + module, List.copyOf(decibel)));
    });
    return List.copyOf(result);
  }

  private Sums sum(String module) {
    return Objects.requireNonNull(sums.get(module));
  }

  /** Runs the quantized twin of a layer as soon as the input is there, and compares when the result is. */
  private final class Comparison implements Tap {
    private final int timestep;
    private final Map<String, float[]> quantized = new HashMap<>();

    Comparison(int timestep) {
      this.timestep = timestep;
    }

    @Override
    public void input(String module, Tensor x) {
      try (Scope scope = torch.scope()) {
        LoweredNetwork layer = Objects.requireNonNull(layers.get(module));
        quantized.put(module,
            Objects.requireNonNull(layer.run(scope, Map.of("x", x)).get("y")).floats());
      }
    }

    @Override
    public void output(String module, Tensor y) {
      float[] exact = y.floats();
      float[] other = Objects.requireNonNull(quantized.remove(module));
      double signal = 0;
      double noise = 0;
      for (int i = 0; i < exact.length; i++) {
        double d = (double) other[i] - exact[i];
        signal += (double) exact[i] * exact[i];
        noise += d * d;
      }
      sum(module).signal[timestep] += signal;
      sum(module).noise[timestep] += noise;
    }
  }

  @Override
  public void close() {
    layers.values().forEach(LoweredNetwork::close);
  }
}

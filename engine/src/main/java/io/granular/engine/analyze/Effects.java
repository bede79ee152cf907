package io.granular.engine.analyze;

import io.granular.engine.analyze.AnalysisResult.Effect;
import io.granular.engine.analyze.Laboratory.Changed;
import io.granular.engine.lower.LoweredNetwork;
import io.granular.engine.metric.Interval;
import io.granular.engine.metric.PictureMetrics;
import io.granular.engine.metric.RgbImage;
import io.granular.engine.metric.Statistics;
import io.granular.engine.run.Conditioning;
import io.granular.engine.run.Rollouts;
import io.granular.engine.run.Rollouts.Rollout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.Supplier;

/** How far changed pipelines are from full precision, sample by sample. */
final class Effects {
  private static final double PEAK = 255;
  /** Rows of a measurement: one number per sample in each. */
  static final int ERROR = 0;
  static final int PICTURE = 1;
  static final int FLIP = 2;
  /** From here on one row per network evaluation: relative distance of the trajectories. */
  static final int STEPS = 3;

  private final Rollouts rollouts;
  private final SequencedMap<String, LoweredNetwork> reference;
  private final List<Sample> samples;
  private final int[] probes;
  private final boolean quick;
  private final Clock clock;
  private final Kept kept;

  /** @param probes indices of the evaluations that quick analyses look at */
  Effects(Rollouts rollouts, SequencedMap<String, LoweredNetwork> reference, List<Sample> samples,
      int[] probes, boolean quick, Clock clock, Kept kept) {
    this.rollouts = rollouts;
    this.reference = reference;
    this.samples = samples;
    this.probes = probes;
    this.quick = quick;
    this.clock = clock;
    this.kept = kept;
  }

  /**
   * Measures, unless an earlier analysis has.
   *
   * @param name names the measurement among the others
   * @param make makes the pipeline, which is closed here
   * @return rows of one number per sample
   */
  double[][] measure(String name, Supplier<Changed> make) {
    clock.check();
    double[][] known = kept.get(name);
    if (known != null) {
      clock.done(0, true);
      return known;
    }
    long start = System.nanoTime();
    double[][] rows;
    try (Changed pipeline = make.get()) {
      rows = measure(pipeline.networks());
    }
    kept.put(name, rows);
    clock.done(Clock.seconds(start), false);
    return rows;
  }

  private double[][] measure(SequencedMap<String, LoweredNetwork> networks) {
    int evaluations = quick ? 0 : rollouts.timesteps().length;
    double[][] rows = new double[STEPS + evaluations][samples.size()];
    Texts texts = new Texts(networks);
    for (int i = 0; i < samples.size(); i++) {
      Sample sample = samples.get(i);
      Conditioning text = texts.of(sample);
      boolean same = !texts.changed && same(networks, "unet");
      if (quick) {
        rows[ERROR][i] = same ? 0 : predictionError(network(networks, "unet"), text, sample);
        rows[PICTURE][i] = Double.NaN;
        rows[FLIP][i] = Double.NaN;
      } else {
        Rollout run = same ? sample.trajectory()
            : rollouts.run(network(networks, "unet"), text, sample.seed(), clock::check);
        rows[ERROR][i] = Statistics.mse(sample.trajectory().result(), run.result());
        for (int step = 0; step < evaluations; step++) {
          rows[STEPS + step][i] =
              distance(sample.trajectory().latents().get(step), run.latents().get(step));
        }
        RgbImage picture = Objects.requireNonNull(sample.picture());
        boolean untouched = same && same(networks, "vae.decode");
        PictureMetrics metrics = PictureMetrics.compare(picture, untouched ? picture
            : rollouts.decode(network(networks, "vae.decode"), run.result()));
        rows[PICTURE][i] = metrics.mse();
        rows[FLIP][i] = metrics.flip();
      }
    }
    return rows;
  }

  private double predictionError(LoweredNetwork unet, Conditioning text, Sample sample) {
    double[] timesteps = rollouts.timesteps();
    double sum = 0;
    for (int k = 0; k < probes.length; k++) {
      clock.check();
      float[] prediction = rollouts.predict(unet, text,
          sample.trajectory().inputs().get(probes[k]), timesteps[probes[k]]);
      sum += Statistics.mse(sample.predictions().get(k), prediction);
    }
    return sum / probes.length;
  }

  private static double distance(float[] from, float[] to) {
    return Math.sqrt(Statistics.mse(from, to) / Statistics.meanSquare(from));
  }

  private boolean same(Map<String, LoweredNetwork> networks, String name) {
    return networks.get(name) == reference.get(name);
  }

  private static LoweredNetwork network(Map<String, LoweredNetwork> networks, String name) {
    return Objects.requireNonNull(networks.get(name));
  }

  /** What rows of numbers say about the pipeline. */
  static Effect effect(double[][] rows) {
    if (rows.length == STEPS && Double.isNaN(rows[PICTURE][0])) {
      return new Effect(Interval.of(rows[ERROR]), Interval.NONE, Double.NaN, Interval.NONE);
    }
    Interval mse = Interval.of(rows[PICTURE]);
    return new Effect(Interval.of(rows[ERROR]), mse, 10 * Math.log10(PEAK * PEAK / mse.mean()),
        Interval.of(rows[FLIP]));
  }

  /** Relative distance after each evaluation; empty for quick analyses. */
  static List<Interval> divergence(double[][] rows) {
    List<Interval> steps = new ArrayList<>();
    Arrays.stream(rows, STEPS, rows.length).map(Interval::of).forEach(steps::add);
    return steps;
  }

  /** Prompts encoded by a changed pipeline; the samples' own where its encoders are those of full precision. */
  private final class Texts {
    private final SequencedMap<String, LoweredNetwork> encoders = new LinkedHashMap<>();
    private final Map<String, Conditioning> encoded = new LinkedHashMap<>();
    private final boolean changed;

    Texts(SequencedMap<String, LoweredNetwork> networks) {
      networks.forEach((name, network) -> {
        if (name.startsWith("text_encoder")) {
          encoders.put(name, network);
        }
      });
      changed = encoders.keySet().stream().anyMatch(name -> !same(networks, name));
    }

    Conditioning of(Sample sample) {
      return changed
          ? encoded.computeIfAbsent(sample.prompt(), p -> rollouts.encode(encoders, p))
          : sample.text();
    }
  }
}

package io.granular.engine.analyze;

import io.granular.engine.analyze.AnalysisResult.Effect;
import io.granular.engine.analyze.AnalysisResult.Floor;
import io.granular.engine.analyze.AnalysisResult.LayerSqnr;
import io.granular.engine.analyze.AnalysisResult.UnitScore;
import io.granular.engine.lower.LoweredNetwork;
import io.granular.engine.metric.Interval;
import io.granular.engine.metric.Statistics;
import io.granular.engine.plan.Plan;
import io.granular.engine.plan.RecipeWriter;
import io.granular.engine.run.Conditioning;
import io.granular.engine.run.Rollouts;
import io.granular.engine.run.Rollouts.Rollout;
import io.granular.engine.store.ModelIdentity;
import io.granular.engine.store.ModelSource;
import io.granular.engine.torch.Torch;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.IntStream;

/** One analysis under way. */
final class AnalysisSession {
  /** A heat map with more columns shows no more, and a quick look at more timesteps is not quick. */
  private static final int MOST_TIMESTEPS = 12;
  private static final int QUICK_TIMESTEPS = 4;
  private static final String UNET = "unet.";

  private final Torch torch;
  private final Laboratory laboratory;
  private final Rollouts rollouts;
  private final AnalysisRequest request;
  private final Plan plan;
  private final Plan reference;
  private final List<String> prompts;
  private final List<Unit> units;
  private final Clock clock;

  /** A pipeline in full precision by other kernels. */
  record Alternative(String name, Plan plan) {}

  /**
   * @param plan of the recipe, for text-to-image
   * @param reference of full precision
   */
  AnalysisSession(Torch torch, Laboratory laboratory, Rollouts rollouts, AnalysisRequest request,
      Plan plan, Plan reference, List<String> prompts, Clock clock) {
    this.torch = torch;
    this.laboratory = laboratory;
    this.rollouts = rollouts;
    this.request = request;
    this.plan = plan;
    this.reference = reference;
    this.prompts = prompts;
    this.units = Unit.of(request, plan, reference);
    this.clock = clock;
  }

  AnalysisResult run(ModelSource model, List<Alternative> alternatives) {
    int evaluations = rollouts.timesteps().length;
    int[] probes = spread(evaluations, QUICK_TIMESTEPS);
    int[] columns = spread(evaluations, MOST_TIMESTEPS);
    List<String> layers = measures(Measure.SQNR) ? unetLayers() : List.of();
    clock.expect(expected(layers.isEmpty() ? 0 : columns.length, alternatives.size()));
    List<Sample> samples = samples(probes);
    Kept kept = new Kept(request.kept(), key(model));
    Effects effects = new Effects(rollouts, laboratory.reference(), samples, probes,
        request.quick(), clock, kept);
    double[][] total = effects.measure("total", laboratory::whole);
    List<Floor> floors = new ArrayList<>();
    if (measures(Measure.NOISE_FLOOR)) {
      for (Alternative a : alternatives) {
        floors.add(new Floor(a.name, Effects.effect(
            effects.measure("floor " + a.name, () -> laboratory.alternative(a.plan)))));
      }
    }
    Effect rest = measures(Measure.SENSITIVITY) ? rest(effects) : null;
    List<UnitScore> scores = scores(effects, total);
    List<LayerSqnr> sqnr = layers.isEmpty() ? List.of() : sqnr(layers, samples, columns);
    double[] timesteps = rollouts.timesteps();
    return new AnalysisResult(request.model(), request.recipe(),
        RecipeWriter.write(plan.recipe()), request.quick() ? "prediction" : "latents",
        request.by(), prompts, request.seeds(),
        Objects.requireNonNull(rollouts.filled().steps()), signal(samples),
        Effects.effect(total), rest, scores,
        sqnr.isEmpty() ? List.of() : Arrays.stream(columns).mapToObj(i -> timesteps[i]).toList(),
        sqnr, measures(Measure.DIVERGENCE) ? Effects.divergence(total) : List.of(), floors,
        clock.elapsed(), notes());
  }

  private List<String> notes() {
    List<String> notes = new ArrayList<>(plan.notes());
    long others = units.stream()
        .flatMap(unit -> unit.modules().stream())
        .filter(module -> !module.startsWith(UNET))
        .count();
    if (measures(Measure.SQNR) && others > 0) {
      notes.add("sqnr is measured in the U-Net only, not in " + others
          + " layers of the text encoders and the autoencoder");
    }
    return notes;
  }

  private boolean measures(Measure measure) {
    return request.measures().contains(measure);
  }

  private int expected(int columns, int alternatives) {
    int count = 1;
    count += measures(Measure.NOISE_FLOOR) ? alternatives : 0;
    count += measures(Measure.SENSITIVITY) ? units.size() + 1 : 0;
    count += measures(Measure.BLAME) ? units.size() : 0;
    return count + columns * prompts.size() * request.seeds().size();
  }

  private List<Sample> samples(int[] probes) {
    SequencedMap<String, LoweredNetwork> encoders = new LinkedHashMap<>();
    Map<String, LoweredNetwork> networks = laboratory.reference();
    networks.forEach((name, network) -> {
      if (name.startsWith("text_encoder")) {
        encoders.put(name, network);
      }
    });
    LoweredNetwork unet = Objects.requireNonNull(networks.get("unet"));
    LoweredNetwork vae = Objects.requireNonNull(networks.get("vae.decode"));
    double[] timesteps = rollouts.timesteps();
    List<Sample> samples = new ArrayList<>();
    for (String prompt : prompts) {
      Conditioning text = rollouts.encode(encoders, prompt);
      for (long seed : request.seeds()) {
        Rollout run = rollouts.run(unet, text, seed, clock::check);
        List<float[]> predictions = request.quick() ? Arrays.stream(probes)
            .mapToObj(i -> rollouts.predict(unet, text, run.inputs().get(i), timesteps[i]))
            .toList() : List.of();
        samples.add(new Sample(prompt, seed, text, run, predictions,
            request.quick() ? null : rollouts.decode(vae, run.result())));
      }
    }
    return samples;
  }

  private Effect rest(Effects effects) {
    Set<String> all = new LinkedHashSet<>();
    units.forEach(unit -> all.addAll(unit.modules()));
    return Effects.effect(
        effects.measure("rest without " + all, () -> laboratory.restored(all)));
  }

  private List<UnitScore> scores(Effects effects, double[][] total) {
    boolean alone = measures(Measure.SENSITIVITY);
    boolean restored = measures(Measure.BLAME);
    if (!alone && !restored) {
      return List.of();
    }
    List<UnitScore> scores = new ArrayList<>();
    for (Unit unit : units) {
      Effect sensitivity = alone ? Effects.effect(effects.measure("alone " + unit.name(),
          () -> laboratory.alone(unit.modules()))) : null;
      Interval blame = restored ? Interval.ofDifferences(total[Effects.ERROR],
          effects.measure("restored " + unit.name(),
              () -> laboratory.restored(unit.modules()))[Effects.ERROR])
          : null;
      scores.add(new UnitScore(unit.name(), List.copyOf(unit.modules()), unit.bytesSaved(),
          sensitivity, blame));
    }
    return List.copyOf(scores);
  }

  private List<String> unetLayers() {
    return units.stream()
        .flatMap(unit -> unit.modules().stream())
        .filter(module -> module.startsWith(UNET))
        .map(module -> module.substring(UNET.length()))
        .toList();
  }

  private List<LayerSqnr> sqnr(List<String> layers, List<Sample> samples, int[] columns) {
    try (SqnrMeter meter =
        new SqnrMeter(torch, laboratory, rollouts, layers, columns.length)) {
      samples.forEach(sample -> meter.add(sample, columns, clock));
      return meter.result("unet");
    }
  }

  private double signal(List<Sample> samples) {
    return samples.stream()
        .mapToDouble(s -> request.quick()
            ? s.predictions().stream().mapToDouble(Statistics::meanSquare).average().orElse(0)
            : Statistics.meanSquare(s.trajectory().result()))
        .average()
        .orElse(Double.NaN);
  }

  /** Tells apart all that measurements depend on. */
  private String key(ModelSource model) {
    String all = String.join("\n", ModelIdentity.of(model).toString(), plan.modules().toString(),
        plan.attention().toString(), reference.modules().toString(), prompts.toString(),
        request.seeds().toString(), rollouts.filled().toString(), request.by().toString(),
        Boolean.toString(request.quick()));
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256")
              .digest(all.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Up to {@code most} of the indices below {@code n}, evenly spaced. */
  static int[] spread(int n, int most) {
    int count = Math.min(n, most);
    return IntStream.range(0, count)
        .map(i -> count == 1 ? 0 : (int) Math.round((double) i * (n - 1) / (count - 1)))
        .toArray();
  }
}

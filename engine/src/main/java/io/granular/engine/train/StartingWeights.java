package io.granular.engine.train;

import io.granular.engine.lower.QuantizedLayers;
import io.granular.engine.lower.StatisticsSource;
import io.granular.engine.network.Graph;
import io.granular.engine.plan.Decision;
import io.granular.engine.plan.ModulePlan;
import io.granular.engine.plan.Plan;
import io.granular.engine.plan.Recipe;
import io.granular.engine.plan.Rule;
import io.granular.engine.quant.FloatReader;
import io.granular.engine.quant.QuantizedWeight;
import io.granular.engine.quant.RoundedBack;
import io.granular.engine.quant.Scheme;
import io.granular.engine.quant.Treatments;
import io.granular.engine.store.TensorInfo;
import io.granular.engine.store.TensorSource;
import io.granular.engine.torch.ScalarType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedSet;

/**
 * The weights that training starts from: the model's own, or, where the recipe treats them, numbers that round to the
 * treated integers. Training goes on from the treatment's result and makes the treatment itself superfluous.
 */
final class StartingWeights implements TensorSource {
  private final TensorSource own;
  private final Map<String, float[]> treated;

  private StartingWeights(TensorSource own, Map<String, float[]> treated) {
    this.own = own;
    this.treated = treated;
  }

  /** Whether treatments can be started from: those that only choose integers and biases. */
  static boolean usable(Treatments treatments) {
    return !treatments.split() && treatments.smooth() == null && !treatments.rotate()
        && treatments.lowRank() == 0;
  }

  /** Whether a plan treats anything. */
  static boolean needed(Plan plan) {
    return plan.modules().stream().anyMatch(StartingWeights::treated);
  }

  /**
   * Treats what the plan treats.
   *
   * @param statistics of the layers' inputs
   */
  static StartingWeights of(Plan plan, Graph graph, TensorSource own,
      StatisticsSource statistics) {
    QuantizedLayers layers = new QuantizedLayers(graph, own, statistics);
    Map<String, float[]> treated = new HashMap<>();
    for (ModulePlan module : plan.modules()) {
      if (module.network().equals(graph.name()) && treated(module)
          && layers.of(module.module(),
              Objects.requireNonNull(module.kernel())) instanceof QuantizedWeight.Integers w) {
        treated.put(module.module() + ".weight",
            RoundedBack.weights(w.parts().getFirst().integers()));
        String bias = module.module() + ".bias";
        if (own.contains(bias)) {
          TensorInfo info = own.info(bias);
          float[] values = new float[Math.toIntExact(info.elements())];
          FloatReader.of(own.data(bias), info.dtype()).read(0, values, values.length);
          w.correct(values);
          treated.put(bias, values);
        }
      }
    }
    return new StartingWeights(own, treated);
  }

  /** The recipe of the trained model, whose weights are not to be treated again. */
  static Recipe untreated(Recipe recipe) {
    List<Rule> rules = recipe.rules()
        .stream()
        .map(rule -> rule.scheme() instanceof Scheme.Integers integers
            ? new Rule(rule.match(), integers.with(Treatments.NONE), rule.optional())
            : rule)
        .toList();
    return new Recipe(recipe.name(), recipe.description(), recipe.attention(), rules);
  }

  private static boolean treated(ModulePlan module) {
    return module.decision() instanceof Decision.Quantized(Scheme.Integers integers)
        && integers.treatments().any();
  }

  @Override
  public SequencedSet<String> names() {
    return own.names();
  }

  @Override
  public TensorInfo info(String name) {
    TensorInfo info = own.info(name);
    return treated.containsKey(name) ? new TensorInfo(name, ScalarType.F32, info.shape()) : info;
  }

  @Override
  public MemorySegment data(String name) {
    float[] values = treated.get(name);
    if (values == null) {
      return own.data(name);
    }
    ByteBuffer bytes = ByteBuffer.allocateDirect(Math.multiplyExact(values.length, Float.BYTES))
        .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return MemorySegment.ofBuffer(bytes);
  }

  /** The model's weights are closed with the model. */
  @Override
  public void close() {}
}

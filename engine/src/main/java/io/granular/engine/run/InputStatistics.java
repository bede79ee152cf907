package io.granular.engine.run;

import io.granular.engine.calibrate.InputMoments;
import io.granular.engine.lower.Kernel;
import io.granular.engine.lower.Lowering;
import io.granular.engine.lower.StatisticsSource;
import io.granular.engine.lower.TappedNetwork;
import io.granular.engine.lower.TreatedKernel;
import io.granular.engine.network.Graph;
import io.granular.engine.network.Node;
import io.granular.engine.network.Op;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.plan.BuiltInRecipes;
import io.granular.engine.plan.Plan;
import io.granular.engine.plan.Planner;
import io.granular.engine.quant.LayerStatistics;
import io.granular.engine.store.ModelSource;
import io.granular.engine.torch.Torch;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Statistics of the U-Net's layers, collected when the first of them is packed: the full-precision U-Net runs over its
 * own trajectories, again and again if the Hessians of all layers are more than fit at once. Trajectories are
 * deterministic, so all passes see the same.
 */
public final class InputStatistics implements StatisticsSource, AutoCloseable {
  /** Hessians of one pass. */
  static final long BUDGET = 512L << 20;

  /** What layers must agree in to share statistics: the input and how they look at it. */
  private record Key(int input, int boundary, int kernel, int stride, int padding) {}

  private final Torch torch;
  private final Lowering lowering;
  private final ModelSource model;
  private final PipelineGraphs graphs;
  private final Plan exact;
  private final Progress progress;
  private final long budget;
  private final Map<String, Key> keys = new LinkedHashMap<>();
  private final Map<String, InputMoments.Watched> watched = new LinkedHashMap<>();
  private final Map<Key, String> collected = new HashMap<>();
  private @Nullable RecordedInputs inputs;
  private @Nullable InputMoments moments;
  private int passes;

  private InputStatistics(Torch torch, Lowering lowering, ModelSource model,
      PipelineGraphs graphs, Plan plan, Plan exact, Progress progress, long budget) {
    this.budget = budget;
    this.torch = torch;
    this.lowering = lowering;
    this.model = model;
    this.graphs = graphs;
    this.exact = exact;
    this.progress = progress;
    Map<String, Kernel> kernels = plan.kernels("unet");
    unet().modules().forEach((module, node) -> {
      if (kernels.get(module) instanceof TreatedKernel treated
          && treated.treatments().needStatistics() && node.op() instanceof Op.Matrix op) {
        keys.put(module, key(node, treated.boundary()));
        watched.put(module, new InputMoments.Watched(op, treated.boundary(),
            treated.treatments().gptq() != null));
      }
    });
  }

  /**
   * For a plan, outside of a run.
   *
   * @param planner plans the full-precision pipeline
   * @param listener hears of the evaluations, if there are any
   * @param cancelled asked between them
   */
  public static InputStatistics of(Torch torch, Lowering lowering, Planner planner,
      ModelSource model, PipelineGraphs graphs, Plan plan, RunListener listener,
      BooleanSupplier cancelled) {
    return of(torch, lowering, planner, model, graphs, plan, new Progress(listener, cancelled));
  }

  /**
   * For a plan.
   *
   * @param planner plans the full-precision pipeline
   */
  static InputStatistics of(Torch torch, Lowering lowering, Planner planner, ModelSource model,
      PipelineGraphs graphs, Plan plan, Progress progress) {
    return of(torch, lowering, planner, model, graphs, plan, progress, BUDGET);
  }

  /** @param budget bytes of the Hessians of one pass */
  static InputStatistics of(Torch torch, Lowering lowering, Planner planner, ModelSource model,
      PipelineGraphs graphs, Plan plan, Progress progress, long budget) {
    Plan exact = planner.plan(new BuiltInRecipes().open("fp32"), graphs, model);
    return new InputStatistics(torch, lowering, model, graphs, plan, exact, progress, budget);
  }

  /** What a person should know of a run of this plan; empty if it needs no statistics. */
  public static Optional<String> note(Plan plan) {
    boolean needed = plan.kernels("unet")
        .values()
        .stream()
        .anyMatch(k -> k instanceof TreatedKernel treated && treated.treatments().needStatistics());
    return needed
        ? Optional.of("the U-Net's inputs were observed in full precision before it was quantized;"
            + " the time to quantize and the peak memory include that")
        : Optional.empty();
  }

  /** Layers whose statistics this will give. */
  Set<String> layers() {
    return keys.keySet();
  }

  /** How often the full-precision U-Net has been run over all trajectories. */
  int passes() {
    return passes;
  }

  @Override
  public List<LayerStatistics> of(String module) {
    Key key = keys.get(module);
    if (key == null) {
      return StatisticsSource.NONE.of(module);
    }
    if (!covers(module, key)) {
      collect(module);
    }
    return Objects.requireNonNull(moments).of(Objects.requireNonNull(collected.get(key)));
  }

  private boolean covers(String module, Key key) {
    String shared = collected.get(key);
    return shared != null && (hessian(shared) || !hessian(module));
  }

  private boolean hessian(String module) {
    return Objects.requireNonNull(watched.get(module)).hessian();
  }

  /** One pass for this layer and as many of those after it as fit. */
  private void collect(String first) {
    close();
    passes++;
    collected.clear();
    Map<String, InputMoments.Watched> group = new LinkedHashMap<>();
    long bytes = 0;
    boolean reached = false;
    for (Map.Entry<String, InputMoments.Watched> layer : watched.entrySet()) {
      String module = layer.getKey();
      Key key = Objects.requireNonNull(keys.get(module));
      reached |= module.equals(first);
      if (!reached || covers(module, key)) {
        continue;
      }
      bytes += layer.getValue().bytes();
      if (bytes > budget && !group.isEmpty()) {
        break;
      }
      group.put(module, layer.getValue());
      collected.put(key, module);
    }
    InputMoments collecting = new InputMoments(torch, group);
    moments = collecting;
    RecordedInputs recorded = inputs;
    if (recorded == null) {
      recorded = new RecordedInputs(torch, lowering, model, graphs, exact, progress);
      inputs = recorded;
    }
    try (TappedNetwork unet = lowering.loadTapped(unet(), model.component("unet").tensors(),
        exact.kernels("unet"), exact.attention("unet"), recorded.sizes(), collecting.watched(),
        false)) {
      recorded.replay(unet.with(collecting));
    }
  }

  private Graph unet() {
    return Objects.requireNonNull(graphs.networks().get("unet"));
  }

  private static Key key(Node node, int boundary) {
    int input = node.inputs().getFirst().id();
    return node.op() instanceof Op.Conv2d c
        ? new Key(input, boundary, c.kernel(), c.stride(), c.padding())
        : new Key(input, boundary, 1, 1, 0);
  }

  @Override
  public void close() {
    if (moments != null) {
      moments.close();
      moments = null;
    }
  }
}

package io.granular.engine.run;

import io.granular.engine.calibrate.InputMoments;
import io.granular.engine.lower.Kernel;
import io.granular.engine.lower.Lowering;
import io.granular.engine.lower.StatisticsSource;
import io.granular.engine.lower.TappedNetwork;
import io.granular.engine.lower.TreatedKernel;
import io.granular.engine.network.Graph;
import io.granular.engine.network.InputView;
import io.granular.engine.network.Op;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.plan.BuiltInRecipes;
import io.granular.engine.plan.CollectionMemory;
import io.granular.engine.plan.Plan;
import io.granular.engine.plan.Planner;
import io.granular.engine.quant.LayerStatistics;
import io.granular.engine.quant.TreatedWeight;
import io.granular.engine.store.ModelSource;
import io.granular.engine.torch.JavaHeap;
import io.granular.engine.torch.ProcessMemory;
import io.granular.engine.torch.Torch;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Statistics of the U-Net's layers, collected when the first of them is packed: the full-precision U-Net runs over its
 * own trajectories, again and again if the Hessians of all layers are more than fit at once. Trajectories are
 * deterministic, so all passes see the same. What earlier runs collected, or the weights that they made of it, is
 * used again.
 */
public final class InputStatistics implements StatisticsSource, AutoCloseable {
  private static final long LARGE = 16L << 20;

  /**
   * What layers must agree in to share statistics.
   *
   * @param first of the network's layers that look at the same input in the same way
   */
  private record Key(String first, int boundary, List<List<Integer>> hessians) {}

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
  private final TreatmentCache cache;
  private final ProcessMemory memory = new ProcessMemory();
  private final JavaHeap heap = new JavaHeap();
  private @Nullable String base;
  private @Nullable RecordedInputs inputs;
  private @Nullable InputMoments moments;
  private int passes;

  private InputStatistics(Torch torch, Lowering lowering, ModelSource model,
      PipelineGraphs graphs, Plan plan, Plan exact, Progress progress, long budget,
      TreatmentCache cache) {
    this.cache = cache;
    this.budget = budget;
    this.torch = torch;
    this.lowering = lowering;
    this.model = model;
    this.graphs = graphs;
    this.exact = exact;
    this.progress = progress;
    Map<String, Kernel> kernels = plan.kernels("unet");
    Map<InputView, String> first = new HashMap<>();
    unet().modules().forEach((module, node) -> {
      if (node.op() instanceof Op.Matrix op) {
        String shared = first.computeIfAbsent(InputView.of(node), _ -> module);
        if (kernels.get(module) instanceof TreatedKernel treated
            && treated.treatments().needStatistics()) {
          List<List<Integer>> hessians = treated.hessians(op);
          keys.put(module, new Key(shared, treated.boundary(), hessians));
          watched.put(module, new InputMoments.Watched(op, treated.boundary(), hessians));
        }
      }
    });
  }

  /**
   * For a plan, outside of a run.
   *
   * @param planner plans the full-precision pipeline
   * @param listener hears of the evaluations, if there are any
   * @param cancelled asked between them
   * @param cache of earlier runs
   */
  public static InputStatistics of(Torch torch, Lowering lowering, Planner planner,
      ModelSource model, PipelineGraphs graphs, Plan plan, RunListener listener,
      BooleanSupplier cancelled, TreatmentCache cache) {
    return of(torch, lowering, planner, model, graphs, plan, new Progress(listener, cancelled),
        cache);
  }

  /**
   * For a plan.
   *
   * @param planner plans the full-precision pipeline
   */
  static InputStatistics of(Torch torch, Lowering lowering, Planner planner, ModelSource model,
      PipelineGraphs graphs, Plan plan, Progress progress, TreatmentCache cache) {
    return of(torch, lowering, planner, model, graphs, plan, progress,
        CollectionMemory.HESSIANS, cache);
  }

  /** @param budget bytes of the Hessians of one pass */
  static InputStatistics of(Torch torch, Lowering lowering, Planner planner, ModelSource model,
      PipelineGraphs graphs, Plan plan, Progress progress, long budget, TreatmentCache cache) {
    Plan exact = planner.plan(new BuiltInRecipes().open("fp32"), graphs, model);
    return new InputStatistics(torch, lowering, model, graphs, plan, exact, progress, budget,
        cache);
  }

  /** What a person should know of a run of this plan; empty if it needs no statistics. */
  public static Optional<String> note(Plan plan) {
    boolean needed = plan.kernels("unet")
        .values()
        .stream()
        .anyMatch(k -> k instanceof TreatedKernel treated && treated.treatments().needStatistics());
    return needed
        ? Optional.of("the U-Net's inputs are observed in full precision before it is quantized,"
            + " unless an earlier run has done so; the time to quantize and the peak memory"
            + " include that")
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
  public List<TreatedWeight> treated(String module, TreatedKernel kernel,
      Supplier<List<TreatedWeight>> make) {
    if (!cache.keeps()) {
      return make.get();
    }
    String key = String.join("\n", "weights", module, kernel.weights().toString(),
        kernel.treatments().toString(), Integer.toString(kernel.boundary()), base());
    return cache.treated(key, kernel.weights()).orElseGet(() -> {
      List<TreatedWeight> made = make.get();
      cache.putTreated(key, made);
      return made;
    });
  }

  @Override
  public List<LayerStatistics> of(String module) {
    Key key = keys.get(module);
    if (key == null) {
      return StatisticsSource.NONE.of(module);
    }
    if (!collected.containsKey(key)) {
      Optional<List<LayerStatistics>> known = kept(key);
      if (known.isPresent()) {
        return known.get();
      }
      collect(module);
    }
    List<LayerStatistics> found =
        Objects.requireNonNull(moments).of(Objects.requireNonNull(collected.get(key)));
    tidy(module);
    return found;
  }

  private Optional<List<LayerStatistics>> kept(Key key) {
    return cache.keeps() ? cache.statistics(name(key)) : Optional.empty();
  }

  private String name(Key key) {
    return "statistics\n" + key + "\n" + base();
  }

  /** What all statistics depend on; digests whole files, so it is made when first needed. */
  private String base() {
    String known = base;
    if (known == null) {
      known = cache.base(model, RecordedInputs.description(model, graphs));
      base = known;
    }
    return known;
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
      if (!reached || collected.containsKey(key)) {
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
    // What full precision took is given back before integers are made, in Java's own memory.
    memory.trim();
    if (cache.keeps()) {
      boolean hessians = cache.keepsHessians(
          watched.values().stream().mapToLong(InputMoments.Watched::bytes).sum());
      collected.forEach((key, module) -> {
        if (hessians || key.hessians.stream().allMatch(List::isEmpty)) {
          cache.put(name(key), collecting.of(module));
          tidy(module);
        }
      });
    }
  }

  /** Large Hessians pass through buffers outside of the heap, which Java frees only when it collects. */
  private void tidy(String module) {
    if (Objects.requireNonNull(watched.get(module)).bytes() > LARGE) {
      heap.collect();
    } else {
      heap.tidy();
    }
  }

  private Graph unet() {
    return Objects.requireNonNull(graphs.networks().get("unet"));
  }

  @Override
  public void close() {
    if (moments != null) {
      moments.close();
      moments = null;
      memory.trim();
    }
  }
}

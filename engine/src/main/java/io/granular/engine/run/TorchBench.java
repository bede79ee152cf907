package io.granular.engine.run;

import io.granular.engine.calibrate.NetworkObserver;
import io.granular.engine.calibrate.ObservedInput;
import io.granular.engine.diffusion.TorchRandom;
import io.granular.engine.lower.Capabilities;
import io.granular.engine.lower.Kernels;
import io.granular.engine.lower.LayerTimer;
import io.granular.engine.lower.LoweredNetwork;
import io.granular.engine.lower.Lowering;
import io.granular.engine.lower.PackTools;
import io.granular.engine.lower.TappedNetwork;
import io.granular.engine.network.Graph;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.plan.ActivationRanges;
import io.granular.engine.plan.BuiltInRecipes;
import io.granular.engine.plan.Plan;
import io.granular.engine.plan.Planner;
import io.granular.engine.plan.Recipe;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.ModelSources;
import io.granular.engine.store.TensorSource;
import io.granular.engine.torch.ProcessMemory;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Tensor;
import io.granular.engine.torch.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Times one U-Net step with libtorch in this process. */
public final class TorchBench implements Bench {
  /** A pseudo-recipe: plain aten operators in fp32 on row-major tensors, as eager PyTorch runs them. */
  public static final String EAGER = "eager";

  private static final double TIMESTEP = 481;

  private final Torch torch;
  private final Lowering lowering;
  private final LayerBench layers;
  private final Capabilities machine;
  private final BuiltInRecipes recipes = new BuiltInRecipes();
  private final ProcessMemory memory = new ProcessMemory();

  public TorchBench(Torch torch, PackTools tools, Capabilities machine) {
    this.torch = torch;
    this.lowering = new Lowering(torch, tools);
    this.layers = new LayerBench(new LayerTimer(torch, tools));
    this.machine = machine;
  }

  @Override
  public Timing time(Case work) {
    torch.threads(work.threads());
    memory.resetPeak();
    if (work.shape().equals(ModelSources.DEMO)) {
      try (ModelSource model = ModelSources.open(ModelSources.DEMO, null)) {
        long side = model.component("unet").config().path("sample_size").asLong(64);
        long tokens = model.tokenizer("text_encoder").maxLength();
        return time(work, new BenchShape(PipelineGraphs.of(model), BenchShape.sizes(side, tokens)),
            network -> model.component(PipelineGraphs.component(network)).tensors());
      }
    }
    BenchShape shape = BenchShape.of(work.shape());
    return time(work, shape, shape::synthetic);
  }

  private Timing time(Case work, BenchShape shape, Function<String, TensorSource> weights) {
    boolean eager = work.recipe().equals(EAGER);
    Recipe recipe = recipes.open(eager ? "fp32" : work.recipe());
    Planner planner = new Planner(new Kernels(eager ? Capabilities.NONE : machine));
    Plan plan = planner.plan(recipe, shape.graphs(), weights);
    Graph graph = shape.unet();
    if (!plan.only("unet"::equals).uncalibrated().isEmpty()) {
      ActivationRanges ranges = observed(planner, shape, weights);
      plan = planner.plan(recipe, shape.graphs(), weights, ranges);
      // Observing leaves large arrays behind that would be counted as the network's memory.
      System.gc();
      memory.resetPeak();
    }
    if (work.layers()) {
      return new Timing(List.of(), 0, memory.peak(), Map.of(),
          layers.time(shape, weights.apply("unet"), plan.kernels("unet")));
    }
    try (
        LoweredNetwork unet = lowering.load(graph, weights.apply("unet"), plan.kernels("unet"),
            plan.attention("unet"), plan.tables("unet"), shape.sizes(), !eager);
        Scope inputs = torch.scope()) {
      Map<String, Tensor> arguments = arguments(inputs, graph, shape.sizes());
      List<Double> seconds = new ArrayList<>();
      for (int i = -work.warmup(); i < work.runs(); i++) {
        try (Scope scope = torch.scope()) {
          long start = System.nanoTime();
          unet.run(scope, arguments);
          if (i >= 0) {
            seconds.add(Progress.seconds(start));
          }
        }
      }
      Map<String, Integer> kernels = new TreeMap<>();
      unet.kernels().values().forEach(k -> kernels.merge(k.id(), 1, Integer::sum));
      return new Timing(seconds, unet.cost().total(), memory.peak(), kernels, List.of());
    }
  }

  /** Ranges of one evaluation in fp32 on the inputs that are timed: enough for times, not for pictures. */
  private ActivationRanges observed(Planner planner, BenchShape shape,
      Function<String, TensorSource> weights) {
    Plan plan = planner.plan(recipes.open("fp32"), shape.graphs(), weights);
    NetworkObserver observer = new NetworkObserver(shape.unet(), false);
    try (
        TappedNetwork unet = lowering.loadTapped(shape.unet(), weights.apply("unet"),
            plan.kernels("unet"), plan.attention("unet"), shape.sizes(), observer.watched(), false);
        Scope scope = torch.scope()) {
      unet.run(scope, arguments(scope, shape.unet(), shape.sizes()), observer);
    }
    List<ObservedInput> inputs = observer.result();
    return (module, scheme) -> inputs.stream()
        .filter(input -> input.modules().contains(module))
        .findFirst()
        .map(input -> input.range(scheme))
        .orElse(null);
  }

  private static Map<String, Tensor> arguments(Scope scope, Graph graph, Map<String, Long> sizes) {
    TorchRandom random = new TorchRandom(0);
    Map<String, Tensor> arguments = new LinkedHashMap<>();
    graph.inputs().forEach((argument, value) -> {
      long[] shape = value.shape().at(sizes);
      int n = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
      float[] values = new float[n];
      switch (argument) {
        case "timestep" -> Arrays.fill(values, (float) TIMESTEP);
        case "time_ids" -> Arrays.fill(values, 1024);
        default -> values = random.randn(n);
      }
      arguments.put(argument, scope.of(values, shape));
    });
    return arguments;
  }
}

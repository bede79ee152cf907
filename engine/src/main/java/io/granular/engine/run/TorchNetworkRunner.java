package io.granular.engine.run;

import io.granular.engine.calibrate.RangesCache;
import io.granular.engine.lower.Capabilities;
import io.granular.engine.lower.Kernels;
import io.granular.engine.lower.LoweredNetwork;
import io.granular.engine.lower.Lowering;
import io.granular.engine.lower.PackTools;
import io.granular.engine.lower.StatisticsSource;
import io.granular.engine.network.Graph;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.plan.BuiltInRecipes;
import io.granular.engine.plan.ChosenRecipe;
import io.granular.engine.plan.Plan;
import io.granular.engine.plan.Planner;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.ModelSources;
import io.granular.engine.store.SafetensorsFile;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Tensor;
import io.granular.engine.torch.Torch;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Runs single networks with libtorch in this process. */
public final class TorchNetworkRunner implements NetworkRunner {
  private final Torch torch;
  private final Lowering lowering;
  private final Capabilities machine;
  private final TreatmentCache treatments;
  private final BuiltInRecipes recipes = new BuiltInRecipes();
  private final RangesCache ranges = new RangesCache();

  /** @param treatments what earlier runs kept */
  public TorchNetworkRunner(Torch torch, PackTools tools, Capabilities machine,
      TreatmentCache treatments) {
    this.treatments = treatments;
    this.torch = torch;
    this.lowering = new Lowering(torch, tools);
    this.machine = machine;
  }

  @Override
  public Answer run(Call call) {
    torch.threads(call.threads());
    try (ModelSource model = ModelSources.open(call.model(), call.config());
        SafetensorsFile inputs = SafetensorsFile.open(call.inputs());
        Scope scope = torch.scope()) {
      PipelineGraphs graphs = PipelineGraphs.of(model);
      Graph graph = graphs.networks().get(call.network());
      if (graph == null) {
        throw new IllegalArgumentException(
            model.path() + " has no network " + call.network() + "; it has "
                + graphs.networks().keySet());
      }
      Map<String, Long> sizes = new LinkedHashMap<>();
      RawTensors raw = new RawTensors(inputs, call.inputs().toString());
      graph.inputs().forEach((argument, value) -> raw.bind(argument, value.shape(), sizes));
      Map<String, Tensor> arguments = new LinkedHashMap<>();
      graph.inputs()
          .keySet()
          .forEach(argument -> arguments.put(argument, raw.tensor(scope, argument, sizes)));

      if (call.gradients() != null) {
        return new NetworkGradients(torch).run(call, call.gradients(), graph, model, raw, sizes,
            arguments);
      }
      Planner planner = new Planner(new Kernels(machine, call.simulate()));
      ChosenRecipe chosen = ChosenRecipe.of(call.recipe(), recipes, model, graphs,
          ranges.of(call.calibration()));
      Plan plan =
          planner.plan(chosen.recipe(), graphs, model, chosen.ranges());
      Ranges.require(plan.only(call.network()::equals), call.calibration());
      Progress silent = new Progress(progress -> {}, () -> false);
      try (
          InputStatistics statistics =
              InputStatistics.of(torch, lowering, planner, model, graphs, plan, silent,
                  treatments);
          LoweredNetwork network = lowering.load(graph,
              model.component(PipelineGraphs.component(call.network())).tensors(),
              plan.kernels(call.network()), plan.attention(call.network()),
              plan.tables(call.network()), sizes, true,
              call.network().equals("unet") ? statistics : StatisticsSource.NONE)) {
        long start = System.nanoTime();
        Map<String, Tensor> results = network.run(scope, arguments);
        double seconds = Progress.seconds(start);
        Map<String, Integer> kernels = new TreeMap<>();
        network.kernels().values().forEach(k -> kernels.merge(k.id(), 1, Integer::sum));
        return new Answer(RawTensors.write(call.outputs(), results), seconds, kernels);
      }
    }
  }
}

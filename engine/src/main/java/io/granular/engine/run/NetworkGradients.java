package io.granular.engine.run;

import io.granular.engine.lower.TrainableNetwork;
import io.granular.engine.lower.TrainableNetwork.Gradients;
import io.granular.engine.network.Graph;
import io.granular.engine.network.Op;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.plan.WeightsReader;
import io.granular.engine.quant.TensorScheme;
import io.granular.engine.quant.WeightScheme;
import io.granular.engine.store.ModelSource;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Tensor;
import io.granular.engine.torch.Torch;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Loss and gradients of a network on raw tensors, for comparison with other implementations. */
final class NetworkGradients {
  private final Torch torch;

  NetworkGradients(Torch torch) {
    this.torch = torch;
  }

  NetworkRunner.Answer run(NetworkRunner.Call call, NetworkRunner.Gradients asked, Graph graph,
      ModelSource model, RawTensors raw, Map<String, Long> sizes, Map<String, Tensor> arguments) {
    if (graph.outputs().size() != 1) {
      throw new IllegalArgumentException("gradients need a network with one result; "
          + graph.name() + " has " + graph.outputs().keySet());
    }
    raw.bind(asked.target(), graph.outputs().firstEntry().getValue().shape(), sizes);
    try (Scope scope = torch.scope();
        TrainableNetwork network = new TrainableNetwork(torch, graph,
            model.component(PipelineGraphs.component(call.network())).tensors(),
            schemes(graph, asked.fakeQuantize()), sizes)) {
      Tensor target = raw.tensor(scope, asked.target(), sizes);
      long start = System.nanoTime();
      Gradients result = network.gradients(scope, arguments, target);
      double seconds = Progress.seconds(start);
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put("loss", scope.of(new float[]{(float) result.loss()}));
      result.gradients().forEach((name, gradient) -> tensors.put("grad." + name, gradient));
      return new NetworkRunner.Answer(RawTensors.write(call.outputs(), tensors), seconds,
          Map.of("aten-training", graph.modules().size()));
    }
  }

  private static Map<String, WeightScheme> schemes(Graph graph, @Nullable String json) {
    Map<String, WeightScheme> schemes = new LinkedHashMap<>();
    if (json == null) {
      return schemes;
    }
    TensorScheme parsed = WeightsReader.parse(json, "--fake-quantize");
    if (!(parsed instanceof WeightScheme scheme)) {
      throw new IllegalArgumentException("--fake-quantize: " + json
          + " is no integer scheme; give for instance {\"bits\": 4, \"granularity\": \"per_axis\"}");
    }
    graph.modules().forEach((module, node) -> {
      if (node.op() instanceof Op.Matrix) {
        schemes.put(module, scheme);
      }
    });
    return schemes;
  }
}

package io.granular.engine.save;

import io.granular.engine.network.Graph;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Script;
import io.granular.engine.torch.Tensor;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/** The networks of saved archives, opened by libtorch alone. */
final class TorchScriptNetworks implements Reopened.Foreign {
  private final Path folder;
  private final PipelineGraphs graphs;

  TorchScriptNetworks(Path folder, PipelineGraphs graphs) {
    this.folder = folder;
    this.graphs = graphs;
  }

  @Override
  public Reopened.Loaded load(String name) {
    return new Network(Objects.requireNonNull(graphs.networks().get(name), name),
        Script.open(TorchScriptWriter.file(folder, name)));
  }

  private record Network(Graph graph, Script script) implements Reopened.Loaded {
    @Override
    public Map<String, Tensor> run(Scope scope, Map<String, Tensor> arguments) {
      return script.tensors(scope, "forward",
          graph.inputs().keySet().stream().map(arguments::get).toArray());
    }

    @Override
    public void close() {
      script.close();
    }
  }
}

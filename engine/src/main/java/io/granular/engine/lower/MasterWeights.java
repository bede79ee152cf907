package io.granular.engine.lower;

import io.granular.engine.network.Graph;
import io.granular.engine.network.Node;
import io.granular.engine.network.Parameter;
import io.granular.engine.quant.FloatReader;
import io.granular.engine.store.TensorInfo;
import io.granular.engine.store.TensorSource;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Tensor;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** All parameters of a graph in fp32, as training changes them. */
final class MasterWeights {
  private MasterWeights() {}

  /**
   * Reads and widens them.
   *
   * @param scope owner of the tensors
   * @return by diffusers' name, in the order the modules run
   * @throws IllegalArgumentException if a parameter has another shape than the graph's
   * @throws java.util.NoSuchElementException if one is missing
   */
  static SequencedMap<String, Tensor> read(Scope scope, Graph graph, TensorSource weights) {
    SequencedMap<String, Tensor> parameters = new LinkedHashMap<>();
    for (Node node : graph.modules().values()) {
      for (Parameter parameter : node.op().parameters()) {
        String name = node.module() + "." + parameter.name();
        parameters.put(name, read(scope, weights, name, parameter));
      }
    }
    return parameters;
  }

  private static Tensor read(Scope scope, TensorSource weights, String name, Parameter parameter) {
    TensorInfo info = weights.info(name);
    if (info.elements() != parameter.elements()) {
      throw new IllegalArgumentException(
          name + " is " + info.shape() + " in the model, not " + parameter.shape());
    }
    FloatReader reader = FloatReader.of(weights.data(name), info.dtype());
    return scope.read(reader::read,
        parameter.shape().stream().mapToLong(Long::longValue).toArray());
  }
}

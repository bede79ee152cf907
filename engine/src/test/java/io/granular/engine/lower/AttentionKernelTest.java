package io.granular.engine.lower;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.engine.diffusion.TorchRandom;
import io.granular.engine.metric.Statistics;
import io.granular.engine.network.Dim;
import io.granular.engine.network.Graph;
import io.granular.engine.network.Node;
import io.granular.engine.network.Op;
import io.granular.engine.network.Shape;
import io.granular.engine.network.Value;
import io.granular.engine.store.SafetensorsFile;
import io.granular.engine.store.SafetensorsWriter;
import io.granular.engine.torch.ScalarType;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Tensor;
import io.granular.engine.torch.Torch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Attention in blocks gives what libtorch's operator gives. */
class AttentionKernelTest {
  @TempDir
  Path folder;

  /** Numbers of tokens that fill blocks, that do not, and that are too few for blocks. */
  @ParameterizedTest
  @CsvSource({"1024, 1024, 4, 160", "777, 901, 3, 24", "4096, 77, 2, 80", "64, 64, 2, 32"})
  void equalsTheOperator(int queries, int keys, int heads, int width) throws IOException {
    try (Torch torch = Torch.start(2); PackTools tools = PackTools.compile()) {
      Capabilities machine = KernelProbe.probe(torch).capabilities();
      Assumptions.assumeTrue(machine.oneDnn());
      float[] expected = run(torch, tools, new AttentionKernel(ScalarType.F32, false), queries,
          keys, heads, width);
      assertThat(Statistics.maxRelative(expected,
          run(torch, tools, new AttentionKernel(ScalarType.F32, true), queries, keys, heads,
              width)))
          .isLessThan(2e-5);
      if (machine.bf16()) {
        assertThat(Statistics.maxRelative(expected,
            run(torch, tools, new AttentionKernel(ScalarType.BF16, true), queries, keys, heads,
                width)))
            .isLessThan(2e-2);
      }
    }
  }

  private float[] run(Torch torch, PackTools tools, AttentionKernel kernel, int queries, int keys,
      int heads, int width) throws IOException {
    Value q = new Value(0, Shape.of(Dim.of(2), Dim.of(queries), Dim.of(width)));
    Value k = new Value(1, Shape.of(Dim.of(2), Dim.of(keys), Dim.of(width)));
    Value v = new Value(2, Shape.of(Dim.of(2), Dim.of(keys), Dim.of(width)));
    Value y = new Value(3, q.shape());
    SequencedMap<String, Value> inputs = new LinkedHashMap<>();
    inputs.put("q", q);
    inputs.put("k", k);
    inputs.put("v", v);
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("y", y);
    Graph graph = new Graph("attention", inputs,
        List.of(new Node("", new Op.Attention(heads, false), List.of(q, k, v), y)), outputs);
    Path file = folder.resolve("empty.safetensors");
    SafetensorsWriter.write(file, Map.of(), List.of());
    TorchRandom random = new TorchRandom(3);
    try (SafetensorsFile weights = SafetensorsFile.open(file);
        Scope scope = torch.scope();
        LoweredNetwork network =
            new Lowering(torch, tools).load(graph, weights, Map.of(), kernel, Map.of())) {
      Map<String, Tensor> arguments = Map.of(
          "q", scope.of(random.randn(2 * queries * width), 2, queries, width),
          "k", scope.of(random.randn(2 * keys * width), 2, keys, width),
          "v", scope.of(random.randn(2 * keys * width), 2, keys, width));
      return Objects.requireNonNull(network.run(scope, arguments).get("y")).floats();
    }
  }
}

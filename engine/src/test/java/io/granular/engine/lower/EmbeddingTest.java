package io.granular.engine.lower;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.engine.network.Dim;
import io.granular.engine.network.Graph;
import io.granular.engine.network.Node;
import io.granular.engine.network.Op;
import io.granular.engine.network.Shape;
import io.granular.engine.network.Value;
import io.granular.engine.store.NamedTensor;
import io.granular.engine.store.SafetensorsFile;
import io.granular.engine.store.SafetensorsWriter;
import io.granular.engine.store.TensorInfo;
import io.granular.engine.torch.ScalarType;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Tensor;
import io.granular.engine.torch.Torch;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables are held in the type asked for; the rows that are looked up come out in fp32. */
class EmbeddingTest {
  private static final int ROWS = 50;
  private static final int WIDTH = 8;

  @TempDir
  Path folder;

  @ParameterizedTest
  @CsvSource({"F32,", "F16,", "BF16,", "F32,F32", "F32,F16", "F32,BF16", "F16,F32", "F16,F16",
      "F16,BF16", "BF16,F32", "BF16,F16", "BF16,BF16"})
  void rowsAreThoseOfTheTableInItsType(ScalarType stored, ScalarType held) throws IOException {
    Value ids = new Value(0, Shape.of(Dim.of(1), Dim.of(3)));
    Value tokens = new Value(1, Shape.of(Dim.of(1), Dim.of(3), Dim.of(WIDTH)));
    Value sum = new Value(2, tokens.shape());
    Graph graph = new Graph("text", new LinkedHashMap<>(Map.of("ids", ids)),
        List.of(new Node("tokens", new Op.Embedding(ROWS, WIDTH), List.of(ids), tokens),
            new Node("positions", new Op.AddPositions(ROWS, WIDTH), List.of(tokens), sum)),
        new LinkedHashMap<>(Map.of("y", sum)));
    Map<String, ScalarType> tables =
        held == null ? Map.of() : Map.of("tokens", held, "positions", held);
    ScalarType type = held == null ? stored : held;
    try (Torch torch = Torch.start(1); PackTools tools = PackTools.compile()) {
      LoweredNetwork network;
      try (SafetensorsFile weights = SafetensorsFile.open(weights(stored))) {
        network = new Lowering(torch, tools).load(graph, weights, Map.of(),
            new AttentionKernel(ScalarType.F32, false), tables, Map.of(), true);
      }
      // The file is closed: what is held is a copy.
      try (Scope scope = torch.scope(); network) {
        Tensor in = scope.of(new long[]{7, 0, ROWS - 1}, 1, 3);
        float[] y = Objects.requireNonNull(network.run(scope, Map.of("ids", in)).get("y")).floats();
        int[] rows = {7, 0, ROWS - 1};
        for (int i = 0; i < y.length; i++) {
          float token = rounded(number(rows[i / WIDTH] * WIDTH + i % WIDTH), stored, type);
          float position = rounded(number(i), stored, type);
          assertThat(y[i]).as("number " + i).isEqualTo(token + position);
        }
        assertThat(network.cost())
            .isEqualTo(new Kernel.Cost(2L * ROWS * WIDTH * type.bytes(), 0));
      }
    }
  }

  /** Thirds need more digits than any of the types has. */
  private static float number(int i) {
    return (i - 100) / 3f;
  }

  private static float rounded(float x, ScalarType... types) {
    float y = x;
    for (ScalarType type : types) {
      y = switch (type) {
        case F16 -> Float.float16ToFloat(Float.floatToFloat16(y));
        case BF16 -> Float.intBitsToFloat(bf16(y) << 16);
        default -> y;
      };
    }
    return y;
  }

  /** The upper half of the bits, rounded to nearest, ties to even. */
  private static int bf16(float x) {
    int bits = Float.floatToRawIntBits(x);
    return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
  }

  private Path weights(ScalarType type) throws IOException {
    Path file = folder.resolve("weights.safetensors");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment data = arena.allocate((long) ROWS * WIDTH * type.bytes());
      for (int i = 0; i < ROWS * WIDTH; i++) {
        float x = number(i);
        if (type == ScalarType.F32) {
          data.setAtIndex(ValueLayout.JAVA_FLOAT, i, x);
        } else {
          data.setAtIndex(ValueLayout.JAVA_SHORT, i,
              type == ScalarType.F16 ? Float.floatToFloat16(x) : (short) bf16(x));
        }
      }
      List<Long> shape = List.of((long) ROWS, (long) WIDTH);
      SafetensorsWriter.write(file, Map.of(),
          List.of(NamedTensor.of(new TensorInfo("tokens.weight", type, shape), data),
              NamedTensor.of(new TensorInfo("positions.weight", type, shape), data)));
    }
    return file;
  }
}

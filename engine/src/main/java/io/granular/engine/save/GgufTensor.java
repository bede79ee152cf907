package io.granular.engine.save;

import io.granular.engine.plan.ModulePlan;
import io.granular.engine.quant.QuantizedWeight;
import io.granular.engine.store.FloatTensor;
import io.granular.engine.store.GgufOutput;
import io.granular.engine.store.GgufType;
import io.granular.engine.store.NamedTensor;
import io.granular.engine.store.OriginalTensor;
import io.granular.engine.store.TensorInfo;
import io.granular.engine.store.TensorSource;
import io.granular.engine.torch.ScalarType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One tensor of a GGUF file.
 *
 * @param output its name, shape and type in the file
 * @param shape before it was reshaped for its blocks
 * @param original what it is made of
 * @param modules of its parts, null for those that no network uses; none for a tensor of zeros
 * @param source the component's tensors
 */
record GgufTensor(GgufOutput.Tensor output, List<Long> shape, OriginalTensor original,
    List<@Nullable ModulePlan> modules, TensorSource source) {
  private static final int CHUNK = 1 << 20;

  /** Whether the file holds it in another shape, so that its rows are whole blocks. */
  boolean reshaped() {
    return !output.shape().equals(shape);
  }

  /** Its bytes. */
  NamedTensor.Content content(SavedWeights weights) {
    if (modules.isEmpty()) {
      return this::zeros;
    }
    return switch (output.type()) {
      case GgufType.Blocks _ -> sink -> {
        for (ModulePlan module : modules) {
          QuantizedWeight quantized = weights.of(Objects.requireNonNull(module));
          if (!(quantized instanceof QuantizedWeight.Blocks blocks)) {
            throw new IllegalStateException(original.name() + " has no blocks");
          }
          TensorInfo bytes = new TensorInfo(original.name(), ScalarType.U8,
              List.of(blocks.data().byteSize()));
          NamedTensor.of(bytes, blocks.data()).content().writeTo(sink);
        }
      };
      case GgufType.Plain(var type) -> sink -> {
        for (String part : original.parts()) {
          floats(part, type).content().writeTo(sink);
        }
      };
      case GgufType.Other other -> throw new IllegalStateException(other.text());
    };
  }

  private void zeros(NamedTensor.Sink sink) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    for (long left = output.bytes(); left > 0; left -= CHUNK) {
      sink.accept(chunk.clear().limit((int) Math.min(left, CHUNK)));
    }
  }

  private NamedTensor floats(String part, ScalarType type) {
    TensorInfo info = source.info(part);
    if (original.change() != OriginalTensor.Change.TRANSPOSED) {
      return FloatTensor.of(source, part, part, info.shape(), type);
    }
    float[] values = Numbers.read(source, part);
    int rows = Math.toIntExact(info.shape().get(0));
    int columns = Math.toIntExact(info.shape().get(1));
    float[] turned = new float[values.length];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        turned[column * rows + row] = values[row * columns + column];
      }
    }
    return FloatTensor.of(turned, part, info.shape().reversed(), type);
  }
}

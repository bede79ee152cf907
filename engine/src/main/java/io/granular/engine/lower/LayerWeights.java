package io.granular.engine.lower;

import io.granular.engine.network.Node;
import io.granular.engine.network.Op;
import io.granular.engine.network.Parameter;
import io.granular.engine.quant.AffineQuantizer;
import io.granular.engine.quant.FloatReader;
import io.granular.engine.quant.IntegerScheme;
import io.granular.engine.quant.QuantizedTensor;
import io.granular.engine.store.TensorInfo;
import io.granular.engine.store.TensorSource;
import io.granular.engine.torch.ScalarType;
import io.granular.engine.torch.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The trained numbers of one module, read from its source when asked for. */
public final class LayerWeights {
  /** Names that diffusers itself renames on loading, in autoencoders saved before its attention was rewritten. */
  private static final Map<String, String> FORMER_ATTENTION =
      Map.of("to_q", "query", "to_k", "key", "to_v", "value",
          "to_out.0", "proj_attn");

  private static final String TEXT_MODEL = "text_model.";

  private final TensorSource source;
  private final Node node;
  private final Packer packer;

  LayerWeights(TensorSource source, Node node, Packer packer) {
    this.source = source;
    this.node = node;
    this.packer = packer;
  }

  /** A parameter in its own shape, converted to {@code type}; freed with the packer's scope. */
  Tensor tensor(String parameter, ScalarType type) {
    String name = find(parameter);
    TensorInfo info = source.info(name);
    long[] shape = expected(parameter, info);
    if (info.dtype() == ScalarType.BF16) {
      // DJL cannot make bfloat16 tensors; widening is exact, and so is narrowing again.
      float[] wide = new float[Math.toIntExact(info.elements())];
      FloatReader.of(source.data(name), info.dtype()).read(0, wide, wide.length);
      return packer.convert(packer.scope().of(wide, shape), ScalarType.F32, type);
    }
    return packer.convert(packer.scope().view(source.data(name), info.dtype(), shape), info.dtype(),
        type);
  }

  /** The weight as integers, seen as {@code [rows, columns]}. */
  QuantizedTensor quantize(Op.Matrix op, IntegerScheme scheme) {
    String name = find("weight");
    TensorInfo info = source.info(name);
    expected("weight", info);
    return AffineQuantizer.quantize(FloatReader.of(source.data(name), info.dtype()),
        Math.toIntExact(op.rows()),
        Math.toIntExact(op.columns()), scheme);
  }

  private String find(String parameter) {
    String name = node.module() + "." + parameter;
    return Stream.concat(Stream.of(name), formerNames(parameter))
        .filter(source::contains)
        .findFirst()
        .orElse(name);
  }

  private Stream<String> formerNames(String parameter) {
    String module = node.module();
    // transformers 5 saves CLIPTextModel without its outer level.
    Stream<String> shorter = Stream.of(module)
        .filter(m -> m.startsWith(TEXT_MODEL))
        .map(m -> m.substring(TEXT_MODEL.length()));
    Stream<String> renamed = FORMER_ATTENTION.entrySet()
        .stream()
        .filter(e -> module.endsWith("." + e.getKey()))
        .map(e -> module.substring(0, module.length() - e.getKey().length()) + e.getValue());
    return Stream.concat(shorter, renamed).map(m -> m + "." + parameter);
  }

  /** The shape the network needs; a file may hold the same numbers as a 1x1 convolution or as a matrix. */
  private long[] expected(String parameter, TensorInfo info) {
    List<Long> shape = node.op()
        .parameters()
        .stream()
        .filter(p -> p.name().equals(parameter))
        .map(Parameter::shape)
        .findFirst()
        .orElseThrow();
    if (!squeezed(shape).equals(squeezed(info.shape()))) {
      throw new IllegalArgumentException(
          node.module() + "." + parameter + ": the configuration asks for " + shape
              + " and the file holds " + info.shape()
              + ". Check that config.json belongs to these weights");
    }
    return shape.stream().mapToLong(Long::longValue).toArray();
  }

  private static List<Long> squeezed(List<Long> shape) {
    int end = shape.size();
    while (end > 2 && shape.get(end - 1) == 1) {
      end--;
    }
    return shape.subList(0, end);
  }
}

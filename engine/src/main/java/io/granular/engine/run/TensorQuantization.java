package io.granular.engine.run;

import io.granular.engine.quant.AffineQuantizer;
import io.granular.engine.quant.FloatReader;
import io.granular.engine.quant.GgmlType;
import io.granular.engine.quant.IntegerScheme;
import io.granular.engine.quant.Mapping;
import io.granular.engine.quant.QuantizedTensor;
import io.granular.engine.quant.TensorScheme;
import io.granular.engine.quant.ggml.GgmlBlocks;
import io.granular.engine.store.Float32;
import io.granular.engine.store.NamedTensor;
import io.granular.engine.store.SafetensorsFile;
import io.granular.engine.store.SafetensorsWriter;
import io.granular.engine.store.TensorInfo;
import io.granular.engine.torch.ScalarType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Applies one scheme to every floating-point tensor of a safetensors file, to see the arithmetic alone.
 * Tensors are quantized while they are written, one after the other, and the last one is kept: the file
 * format puts all integers behind all floats, so each is quantized again rather than held.
 */
public final class TensorQuantization {
  private final SafetensorsFile source;
  private final TensorScheme scheme;
  private @Nullable Affine lastAffine;
  private @Nullable Blocks lastBlocks;

  private TensorQuantization(SafetensorsFile source, TensorScheme scheme) {
    this.source = source;
    this.scheme = scheme;
  }

  /**
   * What was done.
   *
   * @param tensors quantized, in file order
   * @param left not quantized and not written, in file order
   */
  public record Report(List<Done> tensors, List<Left> left) {}

  /**
   * One tensor.
   *
   * @param name as in the source
   * @param dtype as stored in the source
   * @param shape as in the source
   * @param q shape of {@code NAME.q}
   * @param scale shape of {@code NAME.scale}; null for block types, whose bytes hold their scales
   */
  public record Done(String name, ScalarType dtype, List<Long> shape, List<Long> q,
      @Nullable List<Long> scale) {}

  /**
   * A tensor without anything to quantize.
   *
   * @param reason one sentence for people
   */
  public record Left(String name, String reason) {}

  private record Affine(String name, QuantizedTensor tensor) {}

  private record Blocks(String name, byte[] bytes) {}

  /**
   * Quantizes a file. Writes {@code NAME.q} (one integer per byte, {@code I8} for the symmetric
   * mappings and {@code U8} for the asymmetric one; or the bytes of GGML blocks),
   * {@code NAME.dequantized} (F32) and for integers also {@code NAME.scale} (F32) and
   * {@code NAME.zero_point} (I32), in the shapes of {@link TensorView}.
   *
   * @throws IllegalArgumentException naming file, tensor and remedy if a tensor cannot have the scheme
   * @throws io.granular.engine.store.BadModelException if the file cannot be read
   * @throws UncheckedIOException if the result cannot be written
   */
  public static Report run(Path in, TensorScheme scheme, Path out) {
    try (SafetensorsFile source = SafetensorsFile.open(in)) {
      return new TensorQuantization(source, scheme).write(out);
    }
  }

  private Report write(Path out) {
    List<Done> done = new ArrayList<>();
    List<Left> left = new ArrayList<>();
    List<NamedTensor> tensors = new ArrayList<>();
    for (String name : source.names()) {
      TensorInfo info = source.info(name);
      String reason = reason(info);
      if (reason.isEmpty()) {
        TensorView view = view(info);
        tensors.addAll(results(info, view));
        done.add(new Done(name, info.dtype(), info.shape(), view.q(), view.scale()));
      } else {
        left.add(new Left(name, reason));
      }
    }
    try {
      SafetensorsWriter.write(out, Map.of(), tensors);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + out + " (" + e.getMessage()
          + "); check that its folder exists and can be written to", e);
    }
    return new Report(done, left);
  }

  private static String reason(TensorInfo info) {
    boolean floating = switch (info.dtype()) {
      case F16, BF16, F32, F64 -> true;
      case U8, I8, I16, I32, I64, BOOL -> false;
    };
    return !floating ? "holds no floating-point numbers"
        : info.shape().isEmpty() ? "is a single number"
            : info.elements() == 0 ? "holds no numbers" : "";
  }

  private TensorView view(TensorInfo info) {
    try {
      return TensorView.of(info.shape(), scheme);
    } catch (IllegalArgumentException e) {
      throw refused(info, e, "Choose a granularity, group or type that divides its rows, or leave"
          + " the tensor out");
    }
  }

  private List<NamedTensor> results(TensorInfo info, TensorView view) {
    String name = info.name();
    TensorInfo values = new TensorInfo(name + ".dequantized", ScalarType.F32, view.values());
    List<Long> scales = view.scale();
    return switch (scheme) {
      case GgmlType type -> List.of(
          bytes(name + ".q", ScalarType.U8, view.q(), () -> blocks(info, view, type)),
          new NamedTensor(values, sink -> {
            float[] x = new float[Math.toIntExact(view.rows() * view.cols())];
            GgmlBlocks.dequantize(MemorySegment.ofArray(blocks(info, view, type)), type, x);
            NamedTensor.floats(values.name(), values.shape(), x).content().writeTo(sink);
          }));
      case IntegerScheme integers when scales != null -> List.of(
          bytes(name + ".q",
              integers.mapping() == Mapping.ASYMMETRIC ? ScalarType.U8 : ScalarType.I8, view.q(),
              () -> affine(info, view, integers).q()),
          floats(new TensorInfo(name + ".scale", ScalarType.F32, scales),
              () -> affine(info, view, integers).scale()),
          new NamedTensor(new TensorInfo(name + ".zero_point", ScalarType.I32, scales),
              sink -> sink.accept(little(affine(info, view, integers).zeroPoint()))),
          floats(values, () -> affine(info, view, integers).dequantize()));
      case IntegerScheme _ -> throw new AssertionError(view);
    };
  }

  private QuantizedTensor affine(TensorInfo info, TensorView view, IntegerScheme integers) {
    Affine last = lastAffine;
    if (last == null || !last.name.equals(info.name())) {
      try {
        last = new Affine(info.name(), AffineQuantizer.quantize(reader(info),
            Math.toIntExact(view.rows()), Math.toIntExact(view.cols()), integers));
      } catch (IllegalArgumentException | ArithmeticException e) {
        throw refused(info, e, "Repair the tensor or leave it out");
      }
      lastAffine = last;
    }
    return last.tensor;
  }

  private byte[] blocks(TensorInfo info, TensorView view, GgmlType type) {
    Blocks last = lastBlocks;
    if (last == null || !last.name.equals(info.name())) {
      try {
        last = new Blocks(info.name(), GgmlBlocks.quantize(reader(info),
            Math.toIntExact(view.rows()), Math.toIntExact(view.cols()), type));
      } catch (IllegalArgumentException | ArithmeticException e) {
        throw refused(info, e, "Repair the tensor or leave it out");
      }
      lastBlocks = last;
    }
    return last.bytes;
  }

  private FloatReader reader(TensorInfo info) {
    MemorySegment data = source.data(info.name());
    return (from, to, count) -> Float32.read(info.dtype(), data, from, to, 0, count);
  }

  private IllegalArgumentException refused(TensorInfo info, RuntimeException e, String remedy) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return new IllegalArgumentException(
        source.path() + ": tensor " + info + ": " + cause.getMessage() + ". " + remedy + ".", e);
  }

  private static NamedTensor floats(TensorInfo info, Supplier<float[]> values) {
    return new NamedTensor(info, sink -> NamedTensor.floats(info.name(), info.shape(), values.get())
        .content()
        .writeTo(sink));
  }

  private static NamedTensor bytes(String name, ScalarType type, List<Long> shape,
      Supplier<byte[]> bytes) {
    return new NamedTensor(new TensorInfo(name, type, shape),
        sink -> sink.accept(ByteBuffer.wrap(bytes.get())));
  }

  private static ByteBuffer little(int[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(values);
    return bytes;
  }
}

package io.granular.engine.lower;

import io.granular.engine.torch.ScalarType;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Script;
import io.granular.engine.torch.Tensor;
import io.granular.engine.torch.TorchException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The conversions and weight reorders that kernels use while loading, compiled once per process. */
public final class PackTools implements AutoCloseable {
  private static final String CONVERT =
      """
          def convert(self: __torch__.Net, x: Tensor, t: int) -> Tensor:
            return torch.contiguous(torch.to(x, t))
          """;
  // TorchScript lacks view(dtype); set_ shares the storage. Always a copy: the bits may lie in a mapped file.
  private static final String FROM_BITS =
      """
          def from_bits(self: __torch__.Net, x: Tensor, t: int) -> Tensor:
            y = torch.set_(torch.empty([0], dtype=15), x)
            return torch.contiguous(torch.to(y, t, False, True))
          """;
  private static final List<String> ONEDNN = List.of(
      """
          def linear(self: __torch__.Net, w: Tensor, rows: int) -> Tensor:
            return ops.mkldnn._reorder_linear_weight(w, rows)
          """,
      """
          def conv(self: __torch__.Net, w: Tensor, stride: List[int], padding: List[int], shape: List[int]) -> Tensor:
            return ops.mkldnn._reorder_convolution_weight(w, padding, stride, [1, 1], 1, shape)
          """,
      """
          def int8_linear(self: __torch__.Net, w: Tensor, shape: List[int]) -> Tensor:
            return ops.onednn.qlinear_prepack(w, shape)
          """,
      """
          def int8_conv(self: __torch__.Net, w: Tensor, s: Tensor, stride: List[int], padding: List[int], shape: List[int]) -> Tensor:
            return ops.onednn.qconv_prepack(w, s, 1.0, 128, stride, padding, [1, 1], 1, shape)
          """);

  private final Script plain;
  private final @Nullable Script onednn;

  private PackTools(Script plain, @Nullable Script onednn) {
    this.plain = plain;
    this.onednn = onednn;
  }

  /** Compiles the tools; builds of libtorch without oneDNN get only the plain ones. */
  public static PackTools compile() {
    Script plain = Script.compile(List.of(CONVERT, FROM_BITS));
    try {
      return new PackTools(plain, Script.compile(ONEDNN));
    } catch (TorchException e) {
      return new PackTools(plain, null);
    }
  }

  /** Whether this build of libtorch has oneDNN's operators. */
  public boolean hasOneDnn() {
    return onednn != null;
  }

  /** The tensor in another element type, row-major. */
  Tensor convert(Scope scope, Tensor x, ScalarType to) {
    return plain.tensor(scope, "convert", x, to.code());
  }

  /** The tensor whose bfloat16 numbers have the bits of these fp16 numbers, in another element type, row-major. */
  Tensor fromBits(Scope scope, Tensor bits, ScalarType to) {
    return plain.tensor(scope, "from_bits", bits, to.code());
  }

  /** A linear weight {@code [out, in]} in oneDNN's blocked layout for inputs of so many rows. */
  Tensor linear(Scope scope, Tensor weight, long rows) {
    return onednn().tensor(scope, "linear", weight, rows);
  }

  /** A convolution weight in oneDNN's blocked layout. */
  Tensor conv(Scope scope, Tensor weight, long[] stride, long[] padding, long[] input) {
    return onednn().tensor(scope, "conv", weight, stride, padding, input);
  }

  /** An int8 linear weight {@code [out, in]} in oneDNN's layout. */
  Tensor int8Linear(Scope scope, Tensor weight, long[] input) {
    return onednn().tensor(scope, "int8_linear", weight, input);
  }

  /** An int8 convolution weight in oneDNN's layout. */
  Tensor int8Conv(Scope scope, Tensor weight, Tensor scale, long[] stride, long[] padding,
      long[] input) {
    return onednn().tensor(scope, "int8_conv", weight, scale, stride, padding, input);
  }

  private Script onednn() {
    if (onednn == null) {
      throw new IllegalStateException("this build of libtorch has no oneDNN operators");
    }
    return onednn;
  }

  @Override
  public void close() {
    plain.close();
    if (onednn != null) {
      onednn.close();
    }
  }
}

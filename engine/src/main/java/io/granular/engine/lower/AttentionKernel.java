package io.granular.engine.lower;

import io.granular.engine.torch.ScalarType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How attention is computed: it multiplies activations with activations, so no scheme of a module speaks of it.
 *
 * <p>libtorch's {@code scaled_dot_product_attention} multiplies through a matrix library that is slow on many processors.
 * Here queries are taken a block of rows at a time through oneDNN, so that a block's scores stay in the cache: exact in
 * fp32, and in bf16 with the softmax's sums in fp32.
 *
 * @param dtype {@code F32} or {@code BF16}
 * @param blocked whether blocks of queries go through oneDNN; otherwise libtorch's operator runs
 */
public record AttentionKernel(ScalarType dtype, boolean blocked) {
  /** Scores of one block, in bytes: what leaves room for others in a cache that cores share. */
  private static final long BLOCK = 8L << 20;
  private static final int FEWEST_ROWS = 32;
  /** Fewer scores than this per head do not repay a block's calls in fp32. */
  private static final long FEW_SCORES = 512 * 512;

  private static final String FP32 =
      """
          def attend_fp32(self: __torch__.Net, q: Tensor, k: Tensor, v: Tensor, heads: int, rows: int) -> Tensor:
            none = annotate(List[Optional[number]], [])
            t = torch.size(q, 1)
            d = torch.floordiv(torch.size(q, 2), heads)
            blocks = torch.floordiv(torch.sub(torch.add(t, rows), 1), rows)
            scaled = torch.mul(q, torch.pow(d, -0.5))
            y = torch.empty([torch.size(q, 0), t, torch.size(q, 2)], dtype=6)
            for i in range(torch.size(q, 0)):
              for h in range(heads):
                a = torch.mul(h, d)
                b = torch.add(a, d)
                keys = ops.mkldnn._reorder_linear_weight(torch.contiguous(torch.slice(torch.select(k, 0, i), 1, a, b)), rows)
                values = ops.mkldnn._reorder_linear_weight(torch.contiguous(torch.t(torch.slice(torch.select(v, 0, i), 1, a, b))), rows)
                for j in range(blocks):
                  first = torch.mul(j, rows)
                  after = torch.add(first, rows)
                  x = torch.contiguous(torch.slice(torch.slice(torch.select(scaled, 0, i), 0, first, after), 1, a, b))
                  s = ops.mkldnn._linear_pointwise(x, keys, None, "none", none, "")
                  p = torch._softmax(s, -1, False, out=s)
                  part = torch.slice(torch.slice(torch.select(y, 0, i), 0, first, after), 1, a, b)
                  torch.copy_(part, ops.mkldnn._linear_pointwise(p, values, None, "none", none, ""))
            return y
          """;

  /** Subtracting the keys' mean changes no softmax (it shifts a row's scores alike) but makes the scores small, and so fine. */
  private static final String BF16 =
      """
          def attend_bf16(self: __torch__.Net, q: Tensor, k: Tensor, v: Tensor, heads: int, rows: int) -> Tensor:
            n = torch.size(q, 0)
            t = torch.size(q, 1)
            s = torch.size(k, 1)
            d = torch.floordiv(torch.size(q, 2), heads)
            blocks = torch.floordiv(torch.sub(torch.add(t, rows), 1), rows)
            q16 = torch.to(torch.mul(q, torch.pow(d, -0.5)), 15)
            k16 = torch.to(torch.sub(k, torch.mean(k, [1], True)), 15)
            qh = torch.reshape(torch.transpose(torch.reshape(q16, [n, t, heads, d]), 1, 2), [-1, t, d])
            kh = torch.reshape(torch.transpose(torch.reshape(k16, [n, s, heads, d]), 1, 2), [-1, s, d])
            vh = torch.reshape(torch.transpose(torch.reshape(torch.to(v, 15), [n, s, heads, d]), 1, 2), [-1, s, d])
            kt = torch.transpose(kh, 1, 2)
            y = torch.empty([n, t, heads, d], dtype=15)
            for j in range(blocks):
              first = torch.mul(j, rows)
              after = torch.add(first, rows)
              scores = torch.bmm(torch.slice(qh, 1, first, after), kt)
              p = torch._softmax(scores, -1, False, out=scores)
              part = torch.reshape(torch.bmm(p, vh), [n, heads, -1, d])
              torch.copy_(torch.slice(y, 1, first, after), torch.transpose(part, 1, 2))
            return torch.reshape(y, [n, t, -1])
          """;

  /** Short stable name, e.g. {@code attention-fp32}. */
  public String id() {
    return (blocked ? "attention-" : "aten-attention-")
        + (dtype == ScalarType.F32 ? "fp32" : "bf16");
  }

  /** The methods that a script needs beside {@code forward}. */
  List<String> methods() {
    return blocked ? List.of(dtype == ScalarType.F32 ? FP32 : BF16) : List.of();
  }

  /**
   * An expression of the result {@code [b, t, heads*d]}, or null where libtorch's own operator is the better choice.
   *
   * @param q name of the queries {@code [b, t, heads*d]}; {@code k} and {@code v} are {@code [b, s, heads*d]}
   */
  @Nullable
  String emit(String q, String k, String v, int heads, long batch, long queries, long keys) {
    boolean few = dtype == ScalarType.F32 && queries * keys < FEW_SCORES;
    if (!blocked || few) {
      return null;
    }
    long scores = dtype == ScalarType.F32 ? keys : keys * heads * batch;
    long rows =
        Math.clamp(BLOCK / dtype.bytes() / scores, FEWEST_ROWS, Math.max(FEWEST_ROWS, queries));
    return "(self)." + methodName() + "(" + q + ", " + k + ", " + v + ", " + heads + ", " + rows
        + ")";
  }

  private String methodName() {
    return dtype == ScalarType.F32 ? "attend_fp32" : "attend_bf16";
  }
}

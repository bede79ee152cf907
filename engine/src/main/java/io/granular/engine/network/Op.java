package io.granular.engine.network;

import java.util.ArrayList;
import java.util.List;

/** The operators of diffusion networks, by their names in PyTorch. Shapes are those of the inputs, in order. */
public sealed interface Op {
  /** The trained tensors of this operator. */
  default List<Parameter> parameters() {
    return List.of();
  }

  /** Operators with a weight matrix, the ones that can be quantized. */
  sealed interface Matrix extends Op permits Conv2d, Linear {
    /** Numbers going in per output position: columns of the weight seen as {@code [out, in*kh*kw]}. */
    long columns();

    /** Rows of the weight: output channels or features. */
    long rows();

    /** Whether there is a bias. */
    boolean bias();
  }

  /** Operators that look rows of a table up: the embeddings. Only the rows in use are computed with. */
  sealed interface Table extends Op permits Embedding, AddPositions {}

  /**
   * {@code [n, in, h, w] -> [n, out, h', w']}, square kernel, zero padding.
   *
   * @param padAfter extra padding at the bottom and right only, as the VAE encoder's downsampler has
   */
  record Conv2d(int in, int out, int kernel, int stride, int padding, int padAfter,
      boolean bias) implements Matrix {
    @Override
    public List<Parameter> parameters() {
      return weightAndBias(List.of((long) out, (long) in, (long) kernel, (long) kernel), out, bias);
    }

    @Override
    public long columns() {
      return (long) in * kernel * kernel;
    }

    @Override
    public long rows() {
      return out;
    }
  }

  /** {@code [.., in] -> [.., out]}. */
  record Linear(int in, int out, boolean bias) implements Matrix {
    @Override
    public List<Parameter> parameters() {
      return weightAndBias(List.of((long) out, (long) in), out, bias);
    }

    @Override
    public long columns() {
      return in;
    }

    @Override
    public long rows() {
      return out;
    }
  }

  /** Normalises over groups of channels of {@code [n, channels, h, w]}. */
  record GroupNorm(int groups, int channels, double eps) implements Op {
    @Override
    public List<Parameter> parameters() {
      return weightAndBias(List.of((long) channels), channels, true);
    }
  }

  /** Normalises over the last dimension. */
  record LayerNorm(int channels, double eps) implements Op {
    @Override
    public List<Parameter> parameters() {
      return weightAndBias(List.of((long) channels), channels, true);
    }
  }

  /** Rows of a table by index: {@code [..] of int64 -> [.., width]}. */
  record Embedding(int rows, int width) implements Table {
    @Override
    public List<Parameter> parameters() {
      return List.of(new Parameter("weight", List.of((long) rows, (long) width)));
    }
  }

  /** The first {@code n} rows of a position table, added to {@code [b, n, width]}. */
  record AddPositions(int rows, int width) implements Table {
    @Override
    public List<Parameter> parameters() {
      return List.of(new Parameter("weight", List.of((long) rows, (long) width)));
    }
  }

  /** An elementwise function. */
  record Activation(Function function) implements Op {
    /** Which function. */
    public enum Function {
      SILU, GELU, QUICK_GELU
    }
  }

  /** Splits the last dimension in halves a, g and gives {@code a * gelu(g)}. */
  record Geglu() implements Op {}

  /**
   * Scaled dot-product attention over q, k, v of shape {@code [b, n, heads*d]}.
   *
   * @param causal whether a position sees only itself and earlier ones
   */
  record Attention(int heads, boolean causal) implements Op {}

  /** Sum of two values of the same shape. */
  record Add() implements Op {}

  /** Adds {@code [b, c]} to every pixel of {@code [b, c, h, w]}. */
  record AddPerChannel() implements Op {}

  /** Multiplies by a constant. */
  record Scale(double factor) implements Op {}

  /** Joins along a dimension; negative counts from the end. */
  record Concat(int dim) implements Op {}

  /** Nearest-neighbour to twice the size, or, with a second input, to that input's height and width. */
  record UpsampleNearest() implements Op {}

  /** {@code [b, c, h, w] -> [b, h*w, c]}. */
  record PixelsToTokens() implements Op {}

  /** {@code [b, h*w, c] -> [b, c, h, w]}, height and width from the second input. */
  record TokensToPixels() implements Op {}

  /**
   * Sinusoidal embedding of {@code [n]} into {@code [n, width]} (Vaswani et al. 2017, as diffusers'
   * {@code get_timestep_embedding}).
   */
  record TimestepEmbedding(int width, boolean flipSinToCos, double freqShift) implements Op {}

  /** {@code [b, n] -> [b*n]}. */
  record Flatten() implements Op {}

  /** {@code [b*n, c] -> [b, n*c]}, b from the second input. */
  record JoinRows() implements Op {}

  /** From {@code [b, n, c]} and token ids {@code [b, n]}: the row of the end-of-text token, {@code [b, c]}. */
  record PoolEndOfText(long endOfText) implements Op {}

  /** Part {@code index} of {@code parts} equal parts of dimension 1. */
  record Chunk(int parts, int index) implements Op {}

  private static List<Parameter> weightAndBias(List<Long> weight, long out, boolean bias) {
    List<Parameter> parameters = new ArrayList<>();
    parameters.add(new Parameter("weight", weight));
    if (bias) {
      parameters.add(new Parameter("bias", List.of(out)));
    }
    return List.copyOf(parameters);
  }
}

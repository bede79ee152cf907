package io.granular.engine.quant;

import java.util.List;
import java.util.stream.IntStream;

/**
 * How a Hessian that is too large is cut: into blocks of consecutive input channels on its diagonal, as large and as equal
 * as fit. What inputs of different blocks have in common is then not known to GPTQ. Whole wherever a layer has no more than
 * {@link #MOST_COLUMNS} columns.
 */
public final class HessianBlocks {
  /** A block of so many columns takes 144 MiB, and seconds to factor. */
  public static final int MOST_COLUMNS = 6144;

  private HessianBlocks() {}

  /**
   * Input channels of each block; empty if no block is small enough.
   *
   * @param channels of the layer's input
   * @param taps columns of each channel
   * @param rotate whether channels are rotated, in blocks that must not be cut
   */
  public static List<Integer> of(int channels, int taps, WeightScheme scheme, boolean rotate) {
    return of(channels, taps, scheme, rotate, MOST_COLUMNS);
  }

  static List<Integer> of(int channels, int taps, WeightScheme scheme, boolean rotate, int most) {
    if ((long) channels * taps <= most) {
      return List.of(channels);
    }
    int unit = unit(channels, taps, scheme, rotate);
    int units = Math.ceilDiv(channels, unit);
    int fit = most / (unit * taps);
    if (fit == 0) {
      return List.of();
    }
    int size = Math.ceilDiv(units, Math.ceilDiv(units, fit)) * unit;
    return IntStream.iterate(0, from -> from < channels, from -> from + size)
        .mapToObj(from -> Math.min(size, channels - from))
        .toList();
  }

  /** Channels that have to stay together. */
  private static int unit(int channels, int taps, WeightScheme scheme, boolean rotate) {
    int rotated = rotate ? Hadamard.block(channels) : 1;
    if (!(scheme.granularity() instanceof Granularity.PerGroup(int size))) {
      return rotated;
    }
    int unit = rotated;
    while (unit < channels && unit * taps % size != 0) {
      unit += rotated;
    }
    return unit;
  }
}

package io.granular.engine.quant;

import java.util.stream.IntStream;

/**
 * Rotation of channels by a block-diagonal Hadamard matrix, which spreads single large channels over their block. The
 * matrix is Sylvester's, symmetric and divided by the root of its size, so that it is its own inverse.
 */
public final class Hadamard {
  private Hadamard() {}

  /** Size of the blocks: the largest power of two that divides the number of channels. */
  public static int block(int channels) {
    return Integer.lowestOneBit(channels);
  }

  /**
   * Rotates the channels of every row.
   *
   * @param x {@code [rows, channels, taps]}, changed in place; the taps of a channel are a convolution's kernel positions
   */
  public static void rotate(float[] x, int rows, int channels, int taps) {
    rotate(x, rows, channels, taps, block(channels));
  }

  private static void rotate(float[] x, int rows, int channels, int taps, int block) {
    float norm = (float) (1 / Math.sqrt(block));
    IntStream.range(0, rows).parallel().forEach(row -> {
      int start = row * channels * taps;
      for (int b = 0; b < channels; b += block) {
        butterflies(x, start + b * taps, block, taps);
      }
      for (int i = start; i < start + channels * taps; i++) {
        x[i] *= norm;
      }
    });
  }

  /** Rotates rows and columns of a symmetric matrix {@code [channels*taps, channels*taps]} in place. */
  static void rotateBothSides(float[] h, int channels, int taps) {
    rotateBothSides(h, channels, taps, block(channels));
  }

  /** As above, in blocks of so many channels. */
  static void rotateBothSides(float[] h, int channels, int taps, int block) {
    int n = channels * taps;
    rotate(h, n, channels, taps, block);
    // Seen as [channels, taps * n], the rows' channels are rotated like one row with more taps.
    float norm = (float) (1 / Math.sqrt(block));
    int width = taps * n;
    IntStream.range(0, channels / block)
        .parallel()
        .forEach(b -> butterflies(h, b * block * width, block, width));
    IntStream.range(0, n).parallel().forEach(row -> {
      for (int i = row * n; i < (row + 1) * n; i++) {
        h[i] *= norm;
      }
    });
  }

  /** The fast Walsh-Hadamard transform of {@code size} runs of {@code width} numbers, not normalised. */
  private static void butterflies(float[] x, int start, int size, int width) {
    for (int half = 1; half < size; half *= 2) {
      for (int i = 0; i < size; i += 2 * half) {
        for (int j = i; j < i + half; j++) {
          int a = start + j * width;
          int b = a + half * width;
          for (int k = 0; k < width; k++) {
            float p = x[a + k];
            float q = x[b + k];
            x[a + k] = p + q;
            x[b + k] = p - q;
          }
        }
      }
    }
  }
}

package io.granular.engine.quant;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Dense storage of 2-8 bit integers.
 *
 * <p>An integer {@code q} is stored as the unsigned code {@code q - qmin}, cut into fields of 4, 2
 * and 1 bits, lowest bits first and widest field first: 2 = 2, 3 = 2+1, 4 = 4, 5 = 4+1, 6 = 4+2,
 * 7 = 4+2+1; 8 bits are one field of a whole byte. Each field has a plane of its own, in which
 * consecutive codes fill a byte from its low end (low nibble first). So a kernel unpacks a plane of
 * width w with {@code (byte >> (w*i)) & (2^w - 1)} for i = 0, 1, ... and joins planes with shift and
 * or; nothing straddles bytes. Every row starts on a byte of its own; unused high bits are 0.
 */
public final class Packing {
  private Packing() {}

  /**
   * One field of every code of a matrix.
   *
   * @param width bits of the field: 1, 2, 4 or 8
   * @param shift position of its lowest bit within the code
   * @param bytes {@code [rows, ceil(cols * width / 8)]}
   */
  public record Plane(int width, int shift, byte[] bytes) {}

  /** Widths of the planes that {@code bits} (2-8) need, lowest bits first. */
  public static List<Integer> widths(int bits) {
    if (bits < 2 || bits > 8) {
      throw new IllegalArgumentException("integers have 2-8 bits, not " + bits);
    }
    List<Integer> widths = new ArrayList<>();
    for (int width = 8; width > 0; width /= 2) {
      if ((bits & width) != 0) {
        widths.add(width);
      }
    }
    return List.copyOf(widths);
  }

  /** Bytes that a matrix {@code [rows, cols]} takes when packed. */
  public static long bytes(long rows, long cols, int bits) {
    return widths(bits).stream().mapToLong(width -> rows * stride(cols, width)).sum();
  }

  /** Packs the integers of a tensor. */
  public static List<Plane> pack(QuantizedTensor tensor) {
    List<Plane> planes = new ArrayList<>();
    int shift = 0;
    for (int width : widths(tensor.scheme().bits())) {
      planes.add(new Plane(width, shift, pack(tensor, width, shift)));
      shift += width;
    }
    return List.copyOf(planes);
  }

  /**
   * The inverse of {@link #pack}.
   *
   * @return one integer per byte, row-major, as in {@link QuantizedTensor#q}
   */
  public static byte[] unpack(List<Plane> planes, int rows, int cols, IntegerRange range) {
    byte[] q = new byte[Math.multiplyExact(rows, cols)];
    IntStream.range(0, rows).parallel().forEach(row -> {
      Arrays.fill(q, row * cols, (row + 1) * cols, (byte) range.min());
      planes.forEach(plane -> add(plane, row, cols, q));
    });
    return q;
  }

  /** Adds one field of the codes of a row. */
  private static void add(Plane plane, int row, int cols, byte[] q) {
    int from = Math.toIntExact(row * stride(cols, plane.width));
    int to = row * cols;
    if (plane.width == 8) {
      for (int col = 0; col < cols; col++) {
        q[to + col] += plane.bytes[from + col];
      }
      return;
    }
    int perByte = 8 / plane.width;
    int mask = (1 << plane.width) - 1;
    for (int i = 0; i < perByte; i++) {
      int down = i * plane.width;
      for (int col = i, at = from; col < cols; col += perByte, at++) {
        q[to + col] += (byte) (((plane.bytes[at] >> down) & mask) << plane.shift);
      }
    }
  }

  private static byte[] pack(QuantizedTensor tensor, int width, int shift) {
    int cols = tensor.cols();
    int stride = Math.toIntExact(stride(cols, width));
    int perByte = 8 / width;
    int mask = (1 << width) - 1;
    int min = tensor.scheme().integers().min();
    byte[] q = tensor.q();
    byte[] bytes = new byte[Math.multiplyExact(tensor.rows(), stride)];
    IntStream.range(0, tensor.rows()).parallel().forEach(row -> {
      for (int i = 0; i < stride; i++) {
        int first = i * perByte;
        int count = Math.min(perByte, cols - first);
        int packed = 0;
        for (int k = 0; k < count; k++) {
          packed |= ((q[row * cols + first + k] - min) >> shift & mask) << (k * width);
        }
        bytes[row * stride + i] = (byte) packed;
      }
    });
    return bytes;
  }

  private static long stride(long cols, int width) {
    return Math.ceilDiv(cols * width, 8L);
  }
}

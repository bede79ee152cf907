package io.granular.engine.quant;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * GGML's block types, as GGUF files hold them: a row is cut into blocks of equally many consecutive
 * numbers, and each block carries its own scales in a fixed number of bytes. Numbers and sizes are
 * those of {@code ggml_type} and {@code GGML_QUANT_SIZES}; the arithmetic is in
 * {@link io.granular.engine.quant.ggml}.
 */
public enum GgmlType implements TensorScheme {
  Q4_0(2, 32, 18), Q4_1(3, 32, 20), Q5_0(6, 32, 22), Q5_1(7, 32, 24), Q8_0(8, 32, 34),
  Q2_K(10, 256, 84), Q3_K(11, 256, 110), Q4_K(12, 256, 144), Q5_K(13, 256, 176),
  Q6_K(14, 256, 210), IQ4_NL(20, 32, 18), IQ4_XS(23, 256, 136);

  private static final List<GgmlType> WRITABLE = List.of(Q8_0, Q5_1, Q5_0, Q4_1, Q4_0);

  private final int id;
  private final int block;
  private final int bytes;

  GgmlType(int id, int block, int bytes) {
    this.id = id;
    this.block = block;
    this.bytes = bytes;
  }

  /** The number that GGUF files use. */
  public int id() {
    return id;
  }

  /** Consecutive numbers of a row in one block. */
  public int block() {
    return block;
  }

  /** Bytes of one block. */
  public int bytes() {
    return bytes;
  }

  /** The name in recipes and on the command line, e.g. {@code q4_0}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Types that tensors can be quantized to, most bits first; the others are only read. */
  public static List<GgmlType> writable() {
    return WRITABLE;
  }

  /**
   * The type with a number.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  public static GgmlType of(int id) {
    return Arrays.stream(values())
        .filter(type -> type.id == id)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("GGML type " + id
            + " is no block type that Granular reads; it reads " + Arrays.toString(values())));
  }

  /** Whether rows of so many numbers divide into whole blocks. */
  public boolean divides(long cols) {
    return cols % block == 0;
  }

  /**
   * Bytes of a matrix {@code [rows, cols]}.
   *
   * @throws IllegalArgumentException if a row does not divide into whole blocks
   */
  public long bytes(long rows, long cols) {
    if (!divides(cols)) {
      throw new IllegalArgumentException("a row of " + cols
          + " numbers does not divide into blocks of " + block + ", which " + word() + " needs");
    }
    return Math.multiplyExact(rows, cols / block * bytes);
  }
}

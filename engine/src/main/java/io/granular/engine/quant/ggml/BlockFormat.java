package io.granular.engine.quant.ggml;

/** The layout of one block of a GGML type. Offsets are the caller's to check. */
interface BlockFormat {
  /**
   * The numbers that a block stands for.
   *
   * @param bytes holds the block from {@code at} on
   * @param x receives the numbers from {@code to} on
   */
  void dequantize(byte[] bytes, int at, float[] x, int to);

  /** A layout that can also be made from numbers. */
  interface Writable extends BlockFormat {
    /**
     * The block that stands for numbers.
     *
     * @param x holds finite numbers from {@code from} on
     * @param bytes receives the block from {@code at} on
     */
    void quantize(float[] x, int from, byte[] bytes, int at);
  }
}

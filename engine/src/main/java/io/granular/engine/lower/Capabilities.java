package io.granular.engine.lower;

import java.util.function.Predicate;

/**
 * What this machine's processor and this build of libtorch can compute, as probed at worker start.
 *
 * @param oneDnn prepacked fp32 kernels
 * @param bf16 prepacked bf16 kernels: AVX-512 or better
 * @param int8 int8 kernels
 * @param wideInt8 int8 kernels that take full 8-bit activations without overflow (VNNI)
 */
public record Capabilities(boolean oneDnn, boolean bf16, boolean int8, boolean wideInt8) {
  /** From the ids of kernels, as {@link KernelProbe} names them. */
  public static Capabilities of(Predicate<String> available) {
    return new Capabilities(available.test("onednn-fp32"), available.test("onednn-bf16"),
        available.test("onednn-int8-7bit"), available.test("onednn-int8"));
  }

  /** Nothing but plain floating-point arithmetic. */
  public static final Capabilities NONE = new Capabilities(false, false, false, false);
}

package io.granular.engine.torch;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;

/**
 * glibc's allocator, tuned for large short-lived tensors: by default every large block is mapped afresh from the kernel
 * and paid for in page faults.
 */
final class Allocator {
  private static final int M_TRIM_THRESHOLD = -1;
  private static final int M_TOP_PAD = -2;
  private static final int M_MMAP_MAX = -4;
  private static final int TOP_PAD = 64 << 20;

  private Allocator() {}

  /** Keeps freed blocks for reuse instead of giving each back to the kernel. Does nothing but on glibc. */
  static void tune() {
    if (!Platform.isLinux()) {
      return;
    }
    Function mallopt = NativeLibrary.getInstance("c").getFunction("mallopt");
    mallopt.invokeInt(new Object[]{M_MMAP_MAX, 0});
    mallopt.invokeInt(new Object[]{M_TRIM_THRESHOLD, Integer.MAX_VALUE});
    mallopt.invokeInt(new Object[]{M_TOP_PAD, TOP_PAD});
  }

  /** Gives free memory back to the kernel, e.g. between two runs. Does nothing but on glibc. */
  static void trim() {
    if (Platform.isLinux()) {
      NativeLibrary.getInstance("c").getFunction("malloc_trim").invokeInt(new Object[]{0});
    }
  }
}

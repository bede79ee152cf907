package io.granular.engine.studio;

import java.util.List;

/**
 * What this machine offers.
 *
 * @param version Granular's version
 * @param libtorch libtorch's version
 * @param processor name of the processor
 * @param threads computing threads used by default
 * @param totalMemory bytes of physical memory
 * @param freeMemory bytes available now
 * @param kernels every kernel with what its probe found
 */
public record EngineInfo(String version, String libtorch, String processor, int threads,
    long totalMemory,
    long freeMemory, List<KernelInfo> kernels) {

  /**
   * One kernel as probed at worker start.
   *
   * @param id e.g. {@code onednn-int8-dynamic}
   * @param available whether it runs here and computes what it should
   * @param relativeError against fp32 on the same weights, measured; NaN if it does not run
   * @param note why it is missing, or what is used instead
   */
  public record KernelInfo(String id, boolean available, double relativeError, String note) {}
}

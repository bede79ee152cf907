package io.granular.engine.studio.protocol;

import io.granular.engine.studio.EngineInfo.KernelInfo;
import java.util.List;

/**
 * What probing the kernels found.
 *
 * @param libtorch libtorch's version
 * @param kernels every kernel Granular knows
 */
public record KernelReport(String libtorch, List<KernelInfo> kernels) {}

package io.granular.engine.studio.protocol;

import io.granular.engine.lower.Capabilities;
import io.granular.engine.studio.EngineInfo.KernelInfo;
import java.util.List;

/**
 * What a started worker found out about its machine.
 *
 * @param libtorch libtorch's version
 * @param capabilities what plans may use
 * @param kernels every kernel that was probed
 * @param baselineRss bytes resident with libtorch loaded and no model opened, measured
 */
public record KernelReport(String libtorch, Capabilities capabilities, List<KernelInfo> kernels,
    long baselineRss) {}

package io.granular.engine.worker;

import io.granular.engine.analyze.TorchAnalyzer;
import io.granular.engine.lower.KernelProbe;
import io.granular.engine.lower.PackTools;
import io.granular.engine.run.TorchBench;
import io.granular.engine.run.TorchCalibrator;
import io.granular.engine.run.TorchNetworkRunner;
import io.granular.engine.run.TorchSideRunner;
import io.granular.engine.run.TreatmentCache;
import io.granular.engine.studio.EngineInfo.KernelInfo;
import io.granular.engine.studio.local.WorkerSettings;
import io.granular.engine.studio.protocol.KernelReport;
import io.granular.engine.torch.ProcessMemory;
import io.granular.engine.torch.Torch;
import io.granular.engine.train.TorchTrainer;
import java.nio.file.Path;
import java.util.List;

/** The parts of a real worker: libtorch, started and probed. */
final class TorchParts {
  private TorchParts() {}

  /** Loads libtorch, which takes about a second, and finds out what this processor can do. */
  static WorkerParts start() {
    Torch torch = Torch.start(0);
    PackTools tools = PackTools.compile();
    KernelProbe.Report probe = KernelProbe.probe(torch);
    List<KernelInfo> kernels = probe.trials()
        .stream()
        .map(t -> new KernelInfo(t.kernel(), t.works(), t.relativeError(), t.note()))
        .toList();
    KernelReport report = new KernelReport(Torch.VERSION, probe.capabilities(), kernels,
        new ProcessMemory().resident());
    String folder = System.getProperty(WorkerSettings.CACHE);
    TreatmentCache treatments =
        TreatmentCache.in(folder == null ? null : Path.of(folder).resolve("treatments"));
    return new WorkerParts(new TorchSideRunner(torch, tools, probe.capabilities(), treatments),
        new TorchCalibrator(torch, tools, probe.capabilities()),
        new TorchAnalyzer(torch, tools, probe.capabilities(), treatments),
        new TorchTrainer(torch, tools, probe.capabilities(),
            folder == null ? null : Path.of(folder)),
        new TorchNetworkRunner(torch, tools, probe.capabilities(), treatments),
        new TorchBench(torch, tools, probe.capabilities()), () -> report);
  }
}

package io.granular.engine.worker;

import io.granular.engine.lower.KernelProbe;
import io.granular.engine.lower.PackTools;
import io.granular.engine.run.RunListener;
import io.granular.engine.run.RunRequest;
import io.granular.engine.run.RunResult;
import io.granular.engine.run.SideRunner;
import io.granular.engine.run.TorchBench;
import io.granular.engine.run.TorchNetworkRunner;
import io.granular.engine.run.TorchSideRunner;
import io.granular.engine.studio.EngineInfo.KernelInfo;
import io.granular.engine.studio.protocol.KernelReport;
import io.granular.engine.torch.ProcessMemory;
import io.granular.engine.torch.Torch;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A worker's parts on libtorch, which is loaded when the first of them is used. */
final class TorchParts {
  private @Nullable Loaded loaded;

  /** Used on the worker's one thread only. */
  static WorkerParts lazily() {
    TorchParts parts = new TorchParts();
    return new WorkerParts(parts.new LazySideRunner(), call -> parts.loaded().networks().run(call),
        work -> parts.loaded().bench().time(work), () -> parts.loaded().report());
  }

  private record Loaded(SideRunner sides, TorchNetworkRunner networks, TorchBench bench,
      KernelReport report) {

    static Loaded now() {
      Torch torch = Torch.start(0);
      KernelProbe.Report probed = KernelProbe.probe(torch);
      PackTools tools = PackTools.compile();
      KernelReport report = new KernelReport(Torch.VERSION, probed.capabilities(),
          probed.trials()
              .stream()
              .map(t -> new KernelInfo(t.kernel(), t.works(), t.relativeError(), t.note()))
              .toList(),
          new ProcessMemory().resident());
      return new Loaded(new TorchSideRunner(torch, tools, probed.capabilities()),
          new TorchNetworkRunner(torch, tools, probed.capabilities()),
          new TorchBench(torch, tools, probed.capabilities()), report);
    }
  }

  private Loaded loaded() {
    if (loaded == null) {
      loaded = Loaded.now();
    }
    return loaded;
  }

  private final class LazySideRunner implements SideRunner {
    @Override
    public RunResult run(RunRequest request, RunListener listener, BooleanSupplier cancelled) {
      return loaded().sides().run(request, listener, cancelled);
    }

    @Override
    public void close() {
      if (loaded != null) {
        loaded.sides().close();
      }
    }
  }
}

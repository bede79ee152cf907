package io.granular.engine.run;

import io.granular.engine.lower.Kernel;
import io.granular.engine.plan.Plan;
import io.granular.engine.store.ModelIdentity;
import io.granular.engine.torch.JavaHeap;
import io.granular.engine.torch.ProcessMemory;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the packed networks of the last run, so that the next one of the same kind need not load
 * and quantize again; never two pipelines at once. Also keeps what memory figures need from the
 * time before and while they were loaded. Used by one thread.
 */
final class PipelineCache implements AutoCloseable {
  private final ProcessMemory memory;
  private final JavaHeap heap = new JavaHeap();
  private PeakLedger packing;
  private @Nullable Held held;
  private long baseline = Long.MAX_VALUE;

  /**
   * All that packed networks depend on. Whatever else comes to influence packing belongs here.
   *
   * @param model configurations, tokenizers and files
   * @param plan the resolved recipe: decisions, kernels and bytes of every module
   * @param batch network batch
   * @param height of the latents, for which the packing is chosen
   * @param width of the latents
   */
  record Key(ModelIdentity model, Plan plan, int batch, int height, int width) {}

  private record Held(Key key, LoadedPipeline pipeline) {}

  PipelineCache(ProcessMemory memory) {
    this.memory = memory;
    this.packing = new PeakLedger(memory);
  }

  /** Starts the memory figures of a run; call before anything of it is loaded. */
  void begin() {
    memory.resetPeak();
    if (held == null) {
      baseline = Math.min(baseline, memory.resident());
    }
  }

  /** Bytes resident without any packed networks: the smallest measured before one was loaded. */
  long baseline() {
    return baseline;
  }

  /**
   * The pipeline of this kind, which stays this cache's: that of the last run, or a new one. Frees that of another kind.
   */
  LoadedPipeline get(Key key, Supplier<LoadedPipeline> load) {
    Held now = held;
    if (now == null || !now.key.equals(key)) {
      close();
      memory.resetPeak();
      now = new Held(key, load.get());
      held = now;
      packing = new PeakLedger(memory);
    }
    return now.pipeline;
  }

  /** Ends the packing of the networks that stay. */
  void packed() {
    heap.collect();
    packing.stage(held == null ? new Kernel.Cost(0, 0) : held.pipeline.held());
  }

  /** The peak of packing, whenever that was: a run adds its stages to it. */
  PeakLedger ledger() {
    return packing.copy();
  }

  /** Frees the networks. */
  @Override
  public void close() {
    if (held != null) {
      held.pipeline.close();
      held = null;
    }
  }
}

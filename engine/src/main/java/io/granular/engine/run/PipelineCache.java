package io.granular.engine.run;

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

  /** @param loadPeak peak resident set while it was loaded */
  private record Held(Key key, LoadedPipeline pipeline, long loadPeak) {}

  PipelineCache(ProcessMemory memory) {
    this.memory = memory;
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

  /** Whether {@link #get} will find the networks packed. If not, frees those of another run. */
  boolean has(Key key) {
    if (held != null && !held.key.equals(key)) {
      close();
      memory.resetPeak();
    }
    return held != null;
  }

  /** The packed networks; they stay this cache's. */
  LoadedPipeline get(Key key, Supplier<LoadedPipeline> load) {
    if (!has(key)) {
      LoadedPipeline loaded = load.get();
      held = new Held(key, loaded, memory.peak());
      // What packing freed lies between the weights, in pieces that seldom fit an activation.
      heap.collect();
      memory.trim();
    }
    return held().pipeline;
  }

  /** Peak resident set of a run, the loading of its networks included whenever that was. */
  long peak() {
    return Math.max(held().loadPeak, memory.peak());
  }

  private Held held() {
    if (held == null) {
      throw new IllegalStateException("no networks are loaded");
    }
    return held;
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

package io.granular.engine.plan;

import io.granular.engine.lower.Kernel;
import io.granular.engine.network.Op;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What will happen to one module with parameters.
 *
 * @param name as recipes know it, e.g. {@code vae.decoder.conv_in}
 * @param network the graph it belongs to, e.g. {@code vae.decode}
 * @param module its name within that graph, e.g. {@code decoder.conv_in}
 * @param op what it computes
 * @param decision what happens to its numbers
 * @param rule index of the deciding rule in the recipe; empty if no rule matches
 * @param reason why: the deciding rule, or why it was skipped
 * @param kernel what will compute it; null for norms and embeddings, which have only one way
 * @param bytesBefore as stored in the model
 * @param cost bytes that it will hold
 * @param note what differs from what the rule asks, e.g. what this machine lacks; empty if nothing does
 */
public record ModulePlan(String name, String network, String module, Op op, Decision decision,
    OptionalInt rule, String reason, @Nullable Kernel kernel, long bytesBefore, Kernel.Cost cost,
    String note) {

  /** {@code Conv2d}, {@code Linear}, {@code GroupNorm}, {@code LayerNorm} or {@code Embedding}. */
  public String kind() {
    return op instanceof Op.AddPositions ? "Embedding" : op.getClass().getSimpleName();
  }

  /** Id of the kernel; {@code aten} for norms and embeddings. */
  public String kernelId() {
    return kernel == null ? "aten" : kernel.id();
  }

  /** Whether it will compute by quantize-dequantize, because no kernel serves its scheme. */
  public boolean simulated() {
    return kernel != null && kernel.simulated();
  }
}

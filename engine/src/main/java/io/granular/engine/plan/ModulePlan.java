package io.granular.engine.plan;

import io.granular.engine.lower.FloatKernel;
import io.granular.engine.lower.Kernel;
import io.granular.engine.network.Op;
import io.granular.engine.network.Parameter;
import io.granular.engine.torch.ScalarType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.SequencedMap;
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
 * @param stored bytes in the model, by parameter
 * @param cost bytes that it will hold
 * @param note what differs from what the rule asks, e.g. what this machine lacks; empty if nothing does
 */
public record ModulePlan(String name, String network, String module, Op op, Decision decision,
    OptionalInt rule, String reason, @Nullable Kernel kernel,
    SequencedMap<String, Long> stored, Kernel.Cost cost,
    String note) {
  private static final String BIAS = "biases stay floats";

  /** {@code Conv2d}, {@code Linear}, {@code GroupNorm}, {@code LayerNorm} or {@code Embedding}. */
  public String kind() {
    return op instanceof Op.AddPositions ? "Embedding" : op.getClass().getSimpleName();
  }

  /** Id of the kernel; {@code aten} for norms and embeddings. */
  public String kernelId() {
    return kernel == null ? "aten" : kernel.id();
  }

  /** Bytes in the model. */
  public long bytesBefore() {
    return stored.values().stream().mapToLong(Long::longValue).sum();
  }

  /** What will happen to each of its tensors. */
  public List<TensorPlan> tensors() {
    List<TensorPlan> tensors = new ArrayList<>();
    for (Parameter parameter : op.parameters()) {
      boolean bias = parameter.name().equals("bias");
      long after = bias ? biasBytes() : cost.total() - biasBytes();
      tensors.add(new TensorPlan(name + "." + parameter.name(),
          bias ? new Decision.Kept(biasType()) : decision,
          bias && decision instanceof Decision.Quantized ? BIAS : reason, kernelId(), simulated(),
          Objects.requireNonNull(stored.get(parameter.name())), after));
    }
    return List.copyOf(tensors);
  }

  private long biasBytes() {
    return op.parameters()
        .stream()
        .filter(p -> p.name().equals("bias"))
        .mapToLong(p -> p.elements() * biasType().bytes())
        .sum();
  }

  /** Only kernels that compute on floats in one type throughout hold the bias in it. */
  private ScalarType biasType() {
    return kernel == null ? decision.held().orElse(ScalarType.F32)
        : kernel instanceof FloatKernel(var dtype, _) ? dtype : ScalarType.F32;
  }

  /** Whether it will compute by quantize-dequantize, because no kernel serves its scheme. */
  public boolean simulated() {
    return kernel != null && kernel.simulated();
  }
}

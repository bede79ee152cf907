package io.granular.engine.plan;

import io.granular.engine.lower.AttentionKernel;
import io.granular.engine.lower.HeldModule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A plan against what a run really held, tensor by tensor. The plan's side is arithmetic on shapes; the other side is asked
 * of libtorch after the weights were packed.
 *
 * @param tensors how many planned tensors were compared
 * @param opaque how many of them lie in oneDNN's own layout: their bytes are those of their numbers, because libtorch does
 *     not tell how far that layout is padded
 * @param mismatches everything that is not as planned
 */
public record Audit(int tensors, int opaque, List<Mismatch> mismatches) {
  /** What a layer holds besides the numbers of its weight. */
  private static final Set<String> COMPANIONS =
      Set.of("scale", "min", "zero", "smooth", "left", "right", "bias");

  public Audit {
    mismatches = List.copyOf(mismatches);
  }

  /**
   * One thing that is not as planned.
   *
   * @param tensor full name, e.g. {@code unet.conv_in.weight}
   * @param what {@code presence}, {@code kernel}, {@code simulated}, {@code numbers} or {@code bytes}
   * @param planned what the plan says
   * @param actual what was found
   */
  public record Mismatch(String tensor, String what, String planned, String actual) {
    /** One sentence for people. */
    public String text() {
      return tensor + ": " + what + " planned " + planned + ", found " + actual;
    }
  }

  /**
   * What one network of a run held.
   *
   * @param modules by name within the network
   * @param attention how it computes attention
   */
  public record Held(Map<String, HeldModule> modules, AttentionKernel attention) {}

  /**
   * Compares.
   *
   * @param plan of exactly the networks that ran
   * @param held by network
   */
  public static Audit of(Plan plan, Map<String, Held> held) {
    return new Comparison(plan, held).audit();
  }

  /** One sentence for people. */
  public String text() {
    return mismatches.isEmpty()
        ? "all " + tensors + " tensors ran as planned"
        : mismatches.size() + " mismatches in " + tensors + " tensors, the first: " + mismatches
            .getFirst()
            .text();
  }

  private static final class Comparison {
    private final Plan plan;
    private final Map<String, Held> held;
    private final List<Mismatch> mismatches = new ArrayList<>();
    private int tensors;
    private int opaque;

    Comparison(Plan plan, Map<String, Held> held) {
      this.plan = plan;
      this.held = held;
    }

    Audit audit() {
      Map<String, Map<String, HeldModule>> left = new LinkedHashMap<>();
      held.forEach((network, all) -> left.put(network, new LinkedHashMap<>(all.modules())));
      for (ModulePlan module : plan.modules()) {
        Map<String, HeldModule> network = left.get(module.network());
        HeldModule found = network == null ? null : network.remove(module.module());
        // A correction of the bias is held even where the model stores no bias.
        boolean biased = module.tensors().size() > 1;
        for (TensorPlan tensor : module.tensors()) {
          tensors++;
          if (found == null) {
            report(tensor.name(), "presence", "held", "not loaded");
          } else {
            compare(tensor, found, biased, tensor.name().endsWith(".bias"));
          }
        }
      }
      left.forEach((network, modules) -> modules.keySet()
          .forEach(module -> report(network + ": " + module, "presence", "not in the plan",
              "held")));
      held.forEach((network, all) -> attention(network, all.attention()));
      return new Audit(tensors, opaque, mismatches);
    }

    private void compare(TensorPlan planned, HeldModule found, boolean biased, boolean bias) {
      check(planned.name(), "kernel", planned.kernel(), found.kernel());
      check(planned.name(), "simulated", planned.simulated(), found.simulated());
      List<HeldModule.Held> numbers = new ArrayList<>();
      long bytes = 0;
      for (var entry : found.tensors().entrySet()) {
        String role = entry.getKey().substring(entry.getKey().lastIndexOf('.') + 1);
        if ((biased && role.equals("bias")) == bias) {
          bytes += entry.getValue().bytes();
          if (bias || !COMPANIONS.contains(role)) {
            numbers.add(entry.getValue());
          }
        }
      }
      if (numbers.isEmpty()) {
        report(planned.name(), "presence", "held", "not loaded");
        return;
      }
      opaque += numbers.stream().anyMatch(HeldModule.Held::opaque) ? 1 : 0;
      check(planned.name(), "numbers", form(planned), form(numbers));
      check(planned.name(), "bytes", planned.bytesAfter(), bytes);
    }

    private void attention(String network, AttentionKernel found) {
      AttentionKernel planned = plan.attention().get(network);
      check(network + ".attention", "kernel", planned == null ? "none" : planned.id(), found.id());
    }

    /** In which form the plan's numbers lie in memory; simulated integers are floats there. */
    private static String form(TensorPlan tensor) {
      return switch (tensor.decision()) {
        case Decision.Quantized _ -> tensor.simulated() ? "fp32" : "integers";
        case Decision.Kept(var dtype) -> Words.PRECISION.word(dtype);
        case Decision.Skipped(_, var dtype, _) -> Words.PRECISION.word(dtype);
      };
    }

    /** What most of the numbers are: blocks hold their scales among them. */
    private static String form(List<HeldModule.Held> numbers) {
      HeldModule.Held most =
          Collections.max(numbers, Comparator.comparingLong(HeldModule.Held::elements));
      return switch (most.type()) {
        case U8, I8 -> "integers";
        case F16, F32, BF16 -> Words.PRECISION.word(most.type());
        case I16, I32, I64, F64, BOOL -> most.type().name();
      };
    }

    private void check(String tensor, String what, Object planned, Object found) {
      if (!planned.equals(found)) {
        report(tensor, what, planned.toString(), found.toString());
      }
    }

    private void report(String tensor, String what, String planned, String found) {
      mismatches.add(new Mismatch(tensor, what, planned, found));
    }
  }
}

package io.granular.engine.lower;

import io.granular.engine.quant.IntegerRange;
import io.granular.engine.quant.Representatives;
import io.granular.engine.quant.WeightScheme;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Script;
import io.granular.engine.torch.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SequencedMap;

/** Makes ordinary weights of what a student has learned: corrections are merged, learned step sizes become part of them. */
final class StudentWriting {
  private static final String MERGED = "merged";

  private final Scope scope;
  private final Script script;
  private final StudentPlan plan;
  private final StudentState state;

  StudentWriting(Scope scope, Script script, StudentPlan plan, StudentState state) {
    this.scope = scope;
    this.script = script;
    this.plan = plan;
    this.state = state;
  }

  /** Methods that the script needs for it. */
  static List<String> methods(StudentPlan plan) {
    List<String> methods = new ArrayList<>();
    methods.add("def " + MERGED
        + "(self: __torch__.Net, weight: Tensor, up: Tensor, down: Tensor) -> Tensor:\n"
        + "  return torch.add(weight, torch.reshape(torch.matmul(up, down), torch.size(weight)))\n");
    plan.scales()
        .stream()
        .map(module -> Objects.requireNonNull(plan.layers().get(module)).weights())
        .map(scheme -> scaleMethod(scheme))
        .distinct()
        .forEach(methods::add);
    return methods;
  }

  private static String scaleMethod(WeightScheme scheme) {
    Code code = new Code();
    code.line("rows = torch.reshape(weight, [torch.numel(log), -1])");
    code.line("return " + LearnedScale.scale(code, scheme, "rows", "log", "zero"));
    return code.method("def " + name(scheme)
        + "(self: __torch__.Net, weight: Tensor, log: Tensor, zero: Tensor) -> Tensor:");
  }

  private static String name(WeightScheme scheme) {
    IntegerRange range = scheme.integers();
    return "scale_" + scheme.mapping().name().toLowerCase(Locale.ROOT) + "_"
        + (range.max() - range.min());
  }

  /** One parameter, by diffusers' name. */
  float[] written(String name) {
    SequencedMap<String, Tensor> learned = state.averaged();
    Tensor own = learned.getOrDefault(name, Objects.requireNonNull(state.parameters().get(name)));
    String module = name.substring(0, name.lastIndexOf('.'));
    return name.endsWith(".weight") ? weight(module, own, learned) : own.floats();
  }

  private float[] weight(String module, Tensor own, SequencedMap<String, Tensor> learned) {
    if (!plan.corrected().contains(module) && !plan.scales().contains(module)) {
      return own.floats();
    }
    try (Scope results = scope.child()) {
      Tensor weight = own;
      if (plan.corrected().contains(module)) {
        weight = script.tensor(results, MERGED, own, learned(learned, module, ".weight.up"),
            learned(learned, module, ".weight.down"));
      }
      if (!plan.scales().contains(module)) {
        return weight.floats();
      }
      WeightScheme scheme = Objects.requireNonNull(plan.layers().get(module)).weights();
      Tensor zero = state.zero(module);
      float[] scales = script.tensor(results, name(scheme), weight,
          learned(learned, module, ".weight.log_scale"), zero).floats();
      return represented(module, weight.floats(), scales, zero.floats(), scheme);
    }
  }

  private float[] represented(String module, float[] weights, float[] scales, float[] zeros,
      WeightScheme scheme) {
    int[] zeroPoints = new int[zeros.length];
    for (int i = 0; i < zeros.length; i++) {
      zeroPoints[i] = Math.round(zeros[i]);
    }
    try {
      return Representatives.of(weights, scales, zeroPoints, scheme);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(module + ": " + e.getMessage(), e);
    }
  }

  private static Tensor learned(SequencedMap<String, Tensor> learned, String module,
      String suffix) {
    return Objects.requireNonNull(learned.get(module + suffix));
  }
}

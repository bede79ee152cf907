package io.granular.engine.lower;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Loshchilov and Hutter 2019, "Decoupled weight decay regularization", as PyTorch's {@code AdamW}, with the gradient's norm
 * over all parameters clipped before.
 *
 * @param beta1 of the mean of gradients
 * @param beta2 of the mean of their squares
 * @param eps added to the denominator
 * @param decay share of a parameter, times the learning rate, that each step takes away
 * @param clip largest norm of the whole gradient
 */
public record AdamW(double beta1, double beta2, double eps, double decay, double clip) {
  /** What fine-tuning scripts of diffusers use, without decay: the student is to stay near the teacher. */
  public static final AdamW USUAL = new AdamW(0.9, 0.999, 1e-8, 0, 1);

  /** Numbers that differ between steps. */
  static final int SCHEDULED = 4;

  /**
   * What {@link #emit} needs to know of one step.
   *
   * @param step counted from 1
   * @param averaging share that the average of the parameters takes from the new ones
   */
  float[] scheduled(int step, double rate, double averaging) {
    return new float[]{(float) (1 / Math.sqrt(1 - Math.pow(beta2, step))),
        (float) (1 - rate * decay), (float) (-rate / (1 - Math.pow(beta1, step))),
        (float) averaging};
  }

  /**
   * Writes the lines of one step on the lists {@code gs} of gradients, {@code ps} of parameters, {@code ms} and {@code vs} of
   * their moments and {@code es} of the parameters' averages, all changed in place, and the tensor {@code h} of what is
   * scheduled.
   *
   * @param rates how many times faster than the learning rate says each parameter moves
   * @param average whether there are averages
   * @return name of the gradient's norm before it is clipped
   */
  String emit(Code code, List<Double> rates, boolean average) {
    int parameters = rates.size();
    List<String> h =
        List.of("unbias", "keep", "stride", "averaging");
    for (int i = 0; i < h.size(); i++) {
      code.line(h.get(i) + " = torch.select(h, 0, " + i + ")");
    }
    code.line("total = torch.zeros([], dtype=6)");
    code.line("for i in range(" + parameters + "):");
    code.line("  total = torch.add(total, torch.sum(torch.square(gs[i])))");
    code.line("norm = torch.sqrt(total)");
    code.line("shrink = torch.clamp_max(torch.div(torch.mul(torch.ones_like(norm), "
        + Code.number(clip) + "), torch.add(norm, 1.0e-6)), 1.0)");
    List<String> strides = rates.stream()
        .distinct()
        .map(
            rate -> rate == 1 ? "stride" : code.let("torch.mul(stride, " + Code.number(rate) + ")"))
        .toList();
    List<Double> distinct = rates.stream().distinct().toList();
    code.line("strides = [" + rates.stream()
        .map(rate -> strides.get(distinct.indexOf(rate)))
        .collect(Collectors.joining(", ")) + "]");
    code.line("for j in range(" + parameters + "):");
    code.line("  x = torch.mul(gs[j], shrink)");
    code.line("  m = torch.add_(torch.mul_(ms[j], " + Code.number(beta1) + "), x, alpha="
        + Code.number(1 - beta1) + ")");
    code.line("  v = torch.addcmul_(torch.mul_(vs[j], " + Code.number(beta2) + "), x, x, value="
        + Code.number(1 - beta2) + ")");
    code.line("  d = torch.add_(torch.mul(torch.sqrt(v), unbias), " + Code.number(eps) + ")");
    code.line(
        "  p = torch.addcdiv_(torch.mul_(ps[j], keep), torch.mul(m, strides[j]), d, value=1)");
    if (average) {
      code.line("  e = torch.add_(es[j], torch.mul(torch.sub(p, es[j]), averaging))");
    }
    return "norm";
  }
}

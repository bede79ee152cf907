package io.granular.engine.plan;

import io.granular.engine.lower.TreatedKernel;
import io.granular.engine.network.Op;
import io.granular.engine.quant.Granularity;
import io.granular.engine.quant.HessianBlocks;
import io.granular.engine.quant.Scheme;
import io.granular.engine.quant.Treatments;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The treatments of a rule as far as one layer can have them.
 *
 * @param scheme with the treatments that remain
 * @param boundary input channels of the first part if the layer is split, else 0
 * @param note what was left out and why; empty if nothing was
 */
record TreatmentFit(Scheme.Integers scheme, int boundary, String note) {
  /**
   * Fits.
   *
   * @param network the layer's graph
   * @param joined input channels of the first of two tensors that the layer's input joins; empty if it joins none
   */
  static TreatmentFit of(String network, Op.Matrix op, Scheme.Integers asked, OptionalInt joined) {
    Treatments treatments = asked.treatments();
    List<String> notes = new ArrayList<>();
    if (treatments.needStatistics() && !network.equals("unet")) {
      notes.add("smooth, gptq and bias_correction left out: only the U-Net's inputs are observed");
      treatments = treatments.withoutStatistics();
    }
    int boundary = 0;
    if (treatments.split() && joined.isEmpty()) {
      // Splitting speaks only of joined inputs; a rule for the whole U-Net need not name them.
      treatments = treatments.withoutSplit();
    } else if (treatments.split()) {
      boundary = joined.getAsInt();
      long first = columns(op, boundary);
      if (asked.weights().granularity() instanceof Granularity.PerGroup(int size)
          && first % size != 0) {
        notes.add("split left out: " + first + " weights of its first part do not divide into"
            + " groups of " + size);
        treatments = treatments.withoutSplit();
        boundary = 0;
      }
    }
    if (treatments.gptq() != null) {
      List<List<Integer>> parts =
          TreatedKernel.hessians(op, asked.weights(), treatments, boundary);
      if (parts.stream().anyMatch(List::isEmpty)) {
        notes.add("gptq left out: channels that rotation or groups keep together need a Hessian of"
            + " more than " + HessianBlocks.MOST_COLUMNS + " columns");
        treatments = treatments.withoutGptq();
      } else if (parts.stream().anyMatch(blocks -> blocks.size() > 1)) {
        notes.add("gptq with its Hessian cut into "
            + parts.stream().mapToInt(List::size).max().orElseThrow()
            + " blocks: more than " + HessianBlocks.MOST_COLUMNS + " columns are not held whole");
      }
    }
    return new TreatmentFit(asked.with(treatments), boundary, String.join("; ", notes));
  }

  private static long columns(Op.Matrix op, int channels) {
    return switch (op) {
      case Op.Linear _ -> channels;
      case Op.Conv2d c -> (long) channels * c.kernel() * c.kernel();
    };
  }
}

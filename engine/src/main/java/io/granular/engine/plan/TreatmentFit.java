package io.granular.engine.plan;

import io.granular.engine.network.Op;
import io.granular.engine.quant.Granularity;
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
  /** A Hessian of so many columns takes 144 MiB, and seconds to factor. */
  static final int MOST_GPTQ_COLUMNS = 6144;

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
    long widest = Math.max(columns(op, boundary), op.columns() - columns(op, boundary));
    if (treatments.gptq() != null && widest > MOST_GPTQ_COLUMNS) {
      notes.add("gptq left out: a Hessian of " + widest + " columns is larger than "
          + MOST_GPTQ_COLUMNS);
      treatments = treatments.withoutGptq();
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

package io.granular.engine.diffusion;

/**
 * The coefficients of one UniPC step (Zhao et al., 2023, section 3 and appendix A.2).
 *
 * @param keep weight of the latents at the step's start
 * @param newest weight of the newest output, subtracted
 * @param step weight of all higher orders together, {@code B(h)} times signal or noise, subtracted
 * @param rks where the earlier outputs lie, in units of the step; the last is 1, the step's end
 * @param b the right-hand side of the system the weights of the higher orders solve
 */
record UniPcWeights(float keep, float newest, float step, float[] rks, float[] b) {

  static UniPcWeights of(LogSnr from, LogSnr to, float[] rks, boolean predictsOriginal,
      boolean bh2) {
    float h = to.lambda() - from.lambda();
    float hh = predictsOriginal ? -h : h;
    float phi1 = Floats.expm1(hh);
    float bh = bh2 ? phi1 : hh;
    float outputs = predictsOriginal ? to.alpha() : to.sigma();
    float keep = predictsOriginal ? to.sigma() / from.sigma() : to.alpha() / from.alpha();
    return new UniPcWeights(keep, outputs * phi1, outputs * bh, rks,
        rightHandSide(hh, phi1, bh, rks.length));
  }

  /** {@code k! * phi_(k+1)(h) / B(h)} for k from 1. */
  private static float[] rightHandSide(float hh, float phi1, float bh, int order) {
    float[] b = new float[order];
    float phi = phi1 / hh - 1;
    int factorial = 1;
    for (int i = 0; i < order; i++) {
      b[i] = phi * factorial / bh;
      factorial *= i + 2;
      phi = phi / hh - 1f / factorial;
    }
    return b;
  }

  float rk(int k) {
    return rks[k];
  }

  /** The step if the output did not change on the way. */
  float[] firstOrder(float[] x, float[] output) {
    return Floats.sum(keep, x, -newest, output);
  }

  /** The weights of the earlier outputs where the output at the step's end is not yet known. */
  float[] predictor() {
    return solve(rks.length - 1);
  }

  /** The weights of the earlier outputs and of the one at the step's end. */
  float[] corrector() {
    return solve(rks.length);
  }

  /** Solves {@code sum_k rks[k]^i * x[k] = b[i]} for the first {@code n}, by elimination. */
  private float[] solve(int n) {
    double[][] rows = new double[n][n + 1];
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < n; k++) {
        rows[i][k] = Math.pow(rks[k], i);
      }
      rows[i][n] = b[i];
    }
    for (int column = 0; column < n; column++) {
      int pivot = column;
      for (int i = column; i < n; i++) {
        pivot = Math.abs(rows[i][column]) > Math.abs(rows[pivot][column]) ? i : pivot;
      }
      double[] swapped = rows[pivot];
      rows[pivot] = rows[column];
      rows[column] = swapped;
      for (int i = 0; i < n; i++) {
        double factor = i == column ? 0 : rows[i][column] / swapped[column];
        for (int k = column; k <= n; k++) {
          rows[i][k] -= factor * swapped[k];
        }
      }
    }
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) (rows[i][n] / rows[i][i]);
    }
    return x;
  }
}

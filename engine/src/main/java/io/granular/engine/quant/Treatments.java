package io.granular.engine.quant;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is done to a layer besides rounding its weights to the nearest integer. They combine; whatever the order in a
 * recipe, they apply in the order of the fields below, except that the range of the integers ({@code clip}) and the
 * integers themselves ({@code gptq}) come last and the bias is corrected for what is then left.
 *
 * @param split whether a layer whose input joins two tensors along its channels treats each part as a layer of its own
 *     (Q-Diffusion, Li et al. 2023)
 * @param smooth SmoothQuant's migration strength: channel j of the input is divided by {@code max|x_j|^a /
 *     max|w_j|^(1-a)} and the weights multiplied by it (Xiao et al. 2022); null for none
 * @param rotate whether input and weights are multiplied by a block-diagonal Hadamard matrix (QuaRot, Ashkboos et al.
 *     2024; ConvRot for convolutions)
 * @param lowRank rank of a 16-bit branch beside the integers, which then hold what it leaves (SVDQuant, Li et al. 2024);
 *     0 for none
 * @param clip how a scale follows from the weights it covers
 * @param gptq how integers make up for each other's errors (Frantar et al. 2022); null rounds to the nearest
 * @param biasCorrection whether the mean error of the output is taken out of the bias (Nagel et al. 2019)
 */
public record Treatments(boolean split, @Nullable Double smooth, boolean rotate, int lowRank,
    Clip clip, @Nullable Gptq gptq, boolean biasCorrection) {
  /** Round to nearest, nothing else. */
  public static final Treatments NONE =
      new Treatments(false, null, false, 0, Clip.MINMAX, null, false);

  /** SmoothQuant's usual strength. */
  public static final double USUAL_SMOOTH = 0.5;
  /** SVDQuant's usual rank. */
  public static final int USUAL_RANK = 32;
  /** The largest rank: beyond it the branch is no longer small. */
  public static final int MOST_RANK = 256;

  /** How a scale follows from the weights it covers. */
  public enum Clip {
    /** From their smallest and largest. */
    MINMAX,
    /** From the shrunken copy of that range with the least squared error. */
    MSE
  }

  /**
   * GPTQ's options.
   *
   * @param damping what is added to the Hessian's diagonal, as a part of its mean
   * @param actOrder whether columns with larger inputs come first
   */
  public record Gptq(double damping, boolean actOrder) {
    /** Those of the original implementation. */
    public static final Gptq USUAL = new Gptq(0.01, false);

    public Gptq {
      if (!(damping > 0 && damping <= 1)) {
        throw new IllegalArgumentException("damping lies above 0 and up to 1, not at " + damping);
      }
    }
  }

  public Treatments {
    if (smooth != null && !(smooth >= 0 && smooth <= 1)) {
      throw new IllegalArgumentException("a migration strength lies from 0 to 1, not at " + smooth);
    }
    if (lowRank < 0 || lowRank > MOST_RANK) {
      throw new IllegalArgumentException(
          "a low rank goes from 1 to " + MOST_RANK + ", or is 0 for none, not " + lowRank);
    }
  }

  /** Whether there are any. */
  public boolean any() {
    return !equals(NONE);
  }

  /** Whether they have to know what the layer's input looks like. */
  public boolean needStatistics() {
    return smooth != null || gptq != null || biasCorrection;
  }

  /** Whether the integers meet another input than the layer does. */
  public boolean changeInput() {
    return split || smooth != null || rotate;
  }

  /** Names of those there are, in the order in which they apply, e.g. {@code smooth, gptq}. */
  public List<String> names() {
    List<String> names = new ArrayList<>();
    add(names, split, "split");
    add(names, smooth != null, "smooth");
    add(names, rotate, "rotate");
    add(names, lowRank > 0, "lowrank" + lowRank);
    add(names, clip == Clip.MSE, "clip");
    add(names, gptq != null, "gptq");
    add(names, biasCorrection, "bias");
    return List.copyOf(names);
  }

  /** These without splitting. */
  public Treatments withoutSplit() {
    return new Treatments(false, smooth, rotate, lowRank, clip, gptq, biasCorrection);
  }

  /** These without GPTQ. */
  public Treatments withoutGptq() {
    return new Treatments(split, smooth, rotate, lowRank, clip, null, biasCorrection);
  }

  /** These without what needs statistics of the input. */
  public Treatments withoutStatistics() {
    return new Treatments(split, null, rotate, lowRank, clip, null, false);
  }

  private static void add(List<String> names, boolean there, String name) {
    if (there) {
      names.add(name);
    }
  }
}

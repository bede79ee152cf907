package io.granular.engine.studio;

import java.util.List;

/**
 * The stored numbers of one module's weight at a glance.
 *
 * @param module full name
 * @param shape of the weight
 * @param dtype as stored
 * @param count of numbers
 * @param min smallest
 * @param max largest
 * @param mean average
 * @param std standard deviation, of the whole population
 * @param histogram how many numbers lie in each of 64 equal parts of {@code min .. max}; the last
 *     part includes its end
 * @param channelMax largest magnitude of each output channel (index of the first dimension); a
 *     symmetric scheme's scale follows from it
 */
public record ModuleWeights(String module, List<Long> shape, String dtype, long count, double min,
    double max, double mean, double std, long[] histogram, double[] channelMax) {
  /** Parts of the histogram. */
  public static final int BINS = 64;
}

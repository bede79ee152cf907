package io.granular.engine.studio;

import java.util.List;

/**
 * What calibration saw at the input of one layer, and the range that its static scheme takes from that.
 *
 * @param module full name
 * @param min smallest number seen
 * @param max largest number seen
 * @param low where the scheme's range begins; what is smaller is clipped
 * @param high where the scheme's range ends
 * @param scale of the integers over the range
 * @param zeroPoint the integer that means zero
 * @param observer how the range follows from what was seen, in the recipe's words
 * @param histogram how many numbers lie in each of {@link #BINS} equal parts of the histogram's own range
 * @param histogramLow where the histogram begins
 * @param histogramHigh where it ends
 * @param steps extent at each timestep, the noisiest first; empty for networks without timesteps
 * @param source {@code built-in prompts}, or the prompts file or image folder
 * @param samples evaluations of the U-Net that were observed
 */
public record ModuleRanges(String module, double min, double max, double low, double high,
    double scale, int zeroPoint, String observer, double[] histogram, double histogramLow,
    double histogramHigh, List<Step> steps, String source, int samples) {
  /** Parts of the histogram. */
  public static final int BINS = 64;

  public ModuleRanges {
    steps = List.copyOf(steps);
  }

  /** Smallest and largest number at one timestep. */
  public record Step(double timestep, double min, double max) {}
}

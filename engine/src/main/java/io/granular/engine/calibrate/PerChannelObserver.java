package io.granular.engine.calibrate;

import io.granular.engine.quant.ValueRange;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Smallest and largest number of every channel so far, as torch.ao's {@code PerChannelMinMaxObserver}. */
public final class PerChannelObserver {
  private final float[] min;
  private final float[] max;

  /** @param channels at least 1 */
  public PerChannelObserver(int channels) {
    min = new float[channels];
    max = new float[channels];
    Arrays.fill(min, Float.POSITIVE_INFINITY);
    Arrays.fill(max, Float.NEGATIVE_INFINITY);
  }

  /**
   * Takes in a tensor {@code [.., channels, inner..]}, row-major.
   *
   * @param inner numbers in a row that belong to one channel: 1 for {@code [.., channels]}, {@code h * w} for
   *   {@code [n, channels, h, w]}
   */
  public void observe(float[] x, int inner) {
    if (x.length % (min.length * inner) != 0) {
      throw new IllegalArgumentException(
          x.length + " numbers are not " + min.length + " channels of " + inner);
    }
    for (int at = 0, channel = 0; at < x.length; at += inner, channel++) {
      if (channel == min.length) {
        channel = 0;
      }
      for (int i = at; i < at + inner; i++) {
        min[channel] = Math.min(min[channel], x[i]);
        max[channel] = Math.max(max[channel], x[i]);
      }
    }
  }

  /** The range of every channel. */
  public List<ValueRange> ranges() {
    return IntStream.range(0, min.length)
        .mapToObj(i -> new ValueRange(min[i], max[i]))
        .toList();
  }
}

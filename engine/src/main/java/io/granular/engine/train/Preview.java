package io.granular.engine.train;

/**
 * A picture that the student draws now and then, beside the teacher's of the same noise.
 *
 * @param prompt what is drawn
 * @param seed of the noise
 * @param minutes at each examination that is at least so long after the last picture; 0 for every examination
 */
public record Preview(String prompt, long seed, double minutes) {
  /** @throws IllegalArgumentException if the interval is negative */
  public Preview {
    if (!(minutes >= 0)) {
      throw new IllegalArgumentException("the minutes between previews are not negative");
    }
  }
}

package io.granular.engine.train;

import java.util.List;

/**
 * What a training will take; nothing was run. Estimates all, but for the counts.
 *
 * @param modules that are trained
 * @param parameters numbers that are trained
 * @param peakBytes of the worker's memory
 * @param availableBytes of this machine's memory, measured now
 * @param secondsPerStep of a step, with its share of the teacher's work; NaN if nothing is known
 * @param basis what {@code secondsPerStep} was estimated from
 * @param steps as many as are asked for, or fit into the time
 * @param seconds in all, with loading and examinations
 * @param checkpointBytes of disk while training is under way
 * @param notes what should be known before: e.g. that memory will not do, and what would help; each a sentence
 */
public record TrainingEstimate(int modules, long parameters, long peakBytes, long availableBytes,
    double secondsPerStep, String basis, int steps, double seconds, long checkpointBytes,
    List<String> notes) {
  public TrainingEstimate {
    notes = List.copyOf(notes);
  }

  /** Whether it fits into the memory that is free now. */
  public boolean fits() {
    return peakBytes <= availableBytes;
  }
}

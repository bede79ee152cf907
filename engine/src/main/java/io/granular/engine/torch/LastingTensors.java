package io.granular.engine.torch;

/**
 * While this is open, large tensors get pages of their own. For weights, which are made once and stay: in the heap they
 * would lie between what was freed while they were packed, in pieces that seldom fit an activation, and would hold their
 * pages when they are freed themselves. Not for activations: fresh pages double the time of a step.
 */
public final class LastingTensors implements AutoCloseable {
  private LastingTensors() {
    Allocator.lasting(true);
  }

  /** Begins. One at a time. */
  public static LastingTensors open() {
    return new LastingTensors();
  }

  @Override
  public void close() {
    Allocator.lasting(false);
  }
}

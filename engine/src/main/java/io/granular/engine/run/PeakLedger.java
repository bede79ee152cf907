package io.granular.engine.run;

import io.granular.engine.lower.Kernel;
import io.granular.engine.torch.ProcessMemory;

/** The highest of several stages' memory peaks, and what the networks held in that stage. */
final class PeakLedger {
  private final ProcessMemory memory;
  private long peak;
  private Kernel.Cost held = new Kernel.Cost(0, 0);

  PeakLedger(ProcessMemory memory) {
    this.memory = memory;
  }

  /** A copy to which a run adds its own stages. */
  PeakLedger copy() {
    PeakLedger copy = new PeakLedger(memory);
    copy.peak = peak;
    copy.held = held;
    return copy;
  }

  /**
   * Ends a stage, gives free memory back to the system and starts the next one.
   *
   * @param networks what they held in this stage
   */
  void stage(Kernel.Cost networks) {
    long now = memory.peak();
    if (now > peak) {
      peak = now;
      held = networks;
    }
    memory.resetPeak();
  }

  /** Bytes. */
  long peak() {
    return peak;
  }

  /** What the networks held in the stage of the peak. */
  Kernel.Cost held() {
    return held;
  }
}

package io.granular.engine.studio.local;

/** This computer. */
interface Machine {
  /** Name of the processor. */
  String processor();

  /** Computing threads used by default. */
  int threads();

  /** Bytes of physical memory. */
  long totalMemory();

  /** Bytes that programs can still get without swapping. */
  long availableMemory();

  /** Whether less than half of the memory is left. */
  default boolean memoryIsShort() {
    return availableMemory() < totalMemory() / 2;
  }
}

package io.granular.engine.studio.local;

import oshi.SystemInfo;
import oshi.hardware.HardwareAbstractionLayer;

/** This computer, as OSHI reads it from the operating system. */
final class OshiMachine implements Machine {
  private final HardwareAbstractionLayer hardware = new SystemInfo().getHardware();

  @Override
  public String processor() {
    return hardware.getProcessor().getProcessorIdentifier().getName().strip();
  }

  @Override
  public int threads() {
    int cores = hardware.getProcessor().getPhysicalProcessorCount();
    // A container may be given fewer processors than there are cores.
    return Math.clamp(cores, 1, Runtime.getRuntime().availableProcessors());
  }

  @Override
  public long totalMemory() {
    return hardware.getMemory().getTotal();
  }

  @Override
  public long availableMemory() {
    return hardware.getMemory().getAvailable();
  }
}

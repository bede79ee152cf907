package io.granular.engine.torch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import oshi.SystemInfo;

/**
 * The resident set of this process, in bytes. On Linux the kernel keeps the peak exactly; elsewhere the peak is the
 * largest value seen by {@link #sample}.
 */
public final class ProcessMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR_REFS = Path.of("/proc/self/clear_refs");

  private final boolean linux = Files.isReadable(STATUS) && Files.isWritable(CLEAR_REFS);
  private long sampledPeak;

  /** Bytes resident now. */
  public long resident() {
    return linux ? status("VmRSS:")
        : new SystemInfo().getOperatingSystem().getCurrentProcess().getResidentMemory();
  }

  /** Largest number of bytes resident since {@link #resetPeak}. */
  public long peak() {
    sample();
    return linux ? status("VmHWM:") : sampledPeak;
  }

  /** Whether {@link #peak} is the kernel's own high-water mark rather than the largest sample. */
  public boolean exactPeak() {
    return linux;
  }

  /** Looks at the resident set where the kernel keeps no peak. */
  public void sample() {
    if (!linux) {
      sampledPeak = Math.max(sampledPeak, resident());
    }
  }

  /** Gives free memory back to the system. */
  public void trim() {
    Allocator.trim();
  }

  /** Gives free memory back to the system and starts a new peak. */
  public void resetPeak() {
    trim();
    sampledPeak = 0;
    if (linux) {
      try {
        Files.writeString(CLEAR_REFS, "5", StandardCharsets.US_ASCII, StandardOpenOption.WRITE);
      } catch (IOException e) {
        throw new UncheckedIOException("resetting the memory peak", e);
      }
    }
  }

  private static long status(String key) {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith(key)) {
          return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("reading the memory of this process", e);
    }
    throw new IllegalStateException(STATUS + " has no " + key);
  }
}

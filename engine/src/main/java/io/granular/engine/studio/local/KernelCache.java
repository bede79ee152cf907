package io.granular.engine.studio.local;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.granular.engine.store.AtomicFile;
import io.granular.engine.studio.protocol.KernelReport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What probing the kernels found, kept on disk, so that looking at a plan does not load libtorch.
 * Only what was found by the same code on the same processor and Java counts.
 */
final class KernelCache {
  private static final Logger LOG = LoggerFactory.getLogger(KernelCache.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final Installation installation;
  private final Machine machine;

  private record Entry(String key, KernelReport report) {}

  KernelCache(Path file, Installation installation, Machine machine) {
    this.file = file;
    this.installation = installation;
    this.machine = machine;
  }

  private String key() {
    return String.join(" | ", installation.version(), installation.stamp(), machine.processor(),
        System.getProperty("os.name"), System.getProperty("os.arch"),
        Runtime.version().toString());
  }

  /** What was stored for this installation and machine, if anything was. */
  Optional<KernelReport> read() {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      Entry entry = JSON.readValue(file.toFile(), Entry.class);
      return entry.key().equals(key()) ? Optional.of(entry.report()) : Optional.empty();
    } catch (IOException e) {
      LOG.info("{} cannot be read; the kernels are probed again", file, e);
      return Optional.empty();
    }
  }

  /** Replaces what was stored. */
  void write(KernelReport report) {
    try {
      Files.createDirectories(file.getParent());
      byte[] json = JSON.writeValueAsBytes(new Entry(key(), report));
      AtomicFile.write(file, channel -> channel.write(ByteBuffer.wrap(json)));
    } catch (IOException e) {
      LOG.warn("{} cannot be written; the kernels will be probed again next time", file, e);
    }
  }
}

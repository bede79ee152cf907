package io.granular.engine.studio.local;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the Java runtime writes when native code in a worker crashes; the newest few are kept. */
final class CrashReports {
  private static final int KEPT = 10;
  private static final String PREFIX = "worker-crash-";
  private static final String SUFFIX = ".log";

  private static final int HEAD_BYTES = 4096;
  private static final Pattern SIGNAL = Pattern.compile("SIG[A-Z]+|EXCEPTION_[A-Z_]+");

  private final Path folder;

  CrashReports(Path folder) {
    this.folder = folder;
  }

  /** As {@code -XX:ErrorFile} takes it; {@code %p} becomes the process id. */
  String pattern() {
    return folder.resolve(PREFIX + "%p" + SUFFIX).toString();
  }

  /** The report of a process, if it left one. */
  Optional<Path> of(long pid) {
    return Optional.of(folder.resolve(PREFIX + pid + SUFFIX)).filter(Files::exists);
  }

  /** Why a process ended that left this report; its exit status does not say it. */
  static ExitCause cause(Path report) throws IOException {
    String head;
    try (InputStream in = Files.newInputStream(report)) {
      head = new String(in.readNBytes(HEAD_BYTES), StandardCharsets.UTF_8);
    }
    if (head.contains("insufficient memory")) {
      return ExitCause.outOfMemory("could get no more memory", report);
    }
    Matcher signal = SIGNAL.matcher(head);
    return ExitCause.crash(signal.find() ? signal.group() : "in the Java runtime", report);
  }

  /** Makes the folder and deletes all but the newest reports. */
  void prepare() throws IOException {
    Files.createDirectories(folder);
    List<Path> reports;
    try (Stream<Path> entries = Files.list(folder)) {
      reports = entries.filter(entry -> entry.getFileName().toString().startsWith(PREFIX))
          .sorted(
              Comparator.comparingLong((Path entry) -> entry.toFile().lastModified()).reversed())
          .toList();
    }
    for (Path old : reports.subList(Math.min(KEPT, reports.size()), reports.size())) {
      Files.deleteIfExists(old);
    }
  }
}

package io.granular.engine.studio.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The last lines of a worker's standard error, which is read all the time so it never blocks. */
final class WorkerLog {
  private static final Logger LOG = LoggerFactory.getLogger("worker");
  private static final int MAX_LINES = 200;
  private static final int MAX_LINE_LENGTH = 1000;
  private static final int END_WAIT_MILLIS = 500;

  private final Deque<String> lines = new ArrayDeque<>();
  private final Thread reader;

  private WorkerLog(Process process) {
    reader = Thread.ofPlatform()
        .name("worker-log")
        .daemon()
        .start(() -> readAll(process));
  }

  /** Starts reading. */
  static WorkerLog read(Process process) {
    return new WorkerLog(process);
  }

  private void readAll(Process process) {
    try (BufferedReader in = process.errorReader(StandardCharsets.UTF_8)) {
      StringBuilder line = new StringBuilder();
      for (int c = in.read(); c >= 0; c = in.read()) {
        if (c == '\n' || line.length() == MAX_LINE_LENGTH) {
          add(line.toString());
          line.setLength(0);
        }
        if (c != '\n' && c != '\r') {
          line.append((char) c);
        }
      }
      if (!line.isEmpty()) {
        add(line.toString());
      }
    } catch (IOException e) {
      LOG.debug("The log of worker {} broke off", process.pid(), e);
    }
  }

  private void add(String line) {
    LOG.debug("{}", line);
    synchronized (lines) {
      if (lines.size() == MAX_LINES) {
        lines.removeFirst();
      }
      lines.addLast(line);
    }
  }

  /** What is kept, oldest first, one line per line. */
  String text() {
    synchronized (lines) {
      return String.join("\n", lines);
    }
  }

  /** Waits a moment for what a process that has ended still had to say. */
  void awaitEnd() throws InterruptedException {
    reader.join(END_WAIT_MILLIS);
  }
}

package io.granular.engine.report;

import io.granular.engine.run.RunRequest;
import io.granular.engine.store.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A comparison to be written down.
 *
 * @param version Granular's
 * @param machine processor and threads, as a person reads them
 * @param command the command line that repeats it
 * @param request what all sides share; its recipe and output mean nothing
 * @param sides in the order asked for
 */
public record ComparisonReport(String version, String machine, String command, RunRequest request,
    List<SideReport> sides) {
  public ComparisonReport {
    sides = List.copyOf(sides);
  }

  /** Name of the page within the report's folder. */
  public static final String PAGE = "report.html";

  /**
   * Writes {@code report.html}, {@code report.json} and {@code metrics.csv}; the pictures' paths in
   * them are relative to {@code folder}, and the page contains its pictures.
   *
   * @return the page
   */
  public Path write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path page = folder.resolve(PAGE);
    save(folder.resolve("metrics.csv"), CsvReport.of(this, folder));
    save(folder.resolve("report.json"), JsonReport.of(this, folder).toPrettyString() + "\n");
    save(page, HtmlReport.of(this));
    return page;
  }

  private static void save(Path file, String text) throws IOException {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
    AtomicFile.write(file, channel -> {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    });
  }
}

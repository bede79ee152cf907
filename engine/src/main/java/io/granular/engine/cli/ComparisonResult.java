package io.granular.engine.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.report.ComparisonReport;
import io.granular.engine.report.Difference;
import io.granular.engine.report.JsonReport;
import io.granular.engine.report.Measures;
import io.granular.engine.report.SideReport;
import java.nio.file.Path;

/**
 * A comparison that was run and written down.
 *
 * @param page the report's page
 */
record ComparisonResult(ComparisonReport report, Path page) {
  /** Prints it and gives the exit code: failed if any side failed. */
  int print(Console console, boolean json) {
    ObjectNode document = JsonReport.of(report, null);
    document.put("report", page.toString());
    console.result(json, document, text());
    return report.sides().stream().anyMatch(SideReport.Failed.class::isInstance)
        ? ExitCodes.FAILED
        : ExitCodes.OK;
  }

  private String text() {
    Table table = new Table().row("side", "psnr", "ssim", "flip", "weights", "peak memory", "time",
        "picture");
    for (SideReport side : report.sides()) {
      switch (side) {
        case SideReport.Failed failed -> table.row(failed.name(), "failed");
        case SideReport.Finished f -> {
          Difference difference = f.difference();
          table.row(f.name(),
              difference == null ? "-" : Measures.decibel(difference.metrics().psnr()),
              difference == null ? "-" : Measures.fixed(difference.metrics().ssim(), 4),
              difference == null ? "-" : Measures.fixed(difference.metrics().flip(), 4),
              Measures.bytes(f.result().bytes().total()),
              Measures.bytes(f.result().memory().peakRss()),
              Measures.seconds(f.result().seconds().total()), f.result().image().toString());
        }
      }
    }
    return table + "\nMemory and time are measured. The whole report: " + page + "\n";
  }
}

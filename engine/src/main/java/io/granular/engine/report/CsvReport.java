package io.granular.engine.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A comparison as a table (RFC 4180), one line per side, for spreadsheets. */
final class CsvReport {
  /** Columns, in order: a name, and where in the side's JSON its value is. */
  private static final List<Column> COLUMNS = List.of(column("name", "/name"),
      column("recipe", "/recipe"), column("image", "/image"),
      column("seconds_load", "/seconds/load"), column("seconds_quantize", "/seconds/quantize"),
      column("seconds_text", "/seconds/text"),
      new Column("seconds_steps", side -> sum(side.at("/seconds/steps"))),
      column("seconds_vae", "/seconds/vae"), column("seconds_total", "/seconds/total"),
      column("bytes_weights", "/bytes/weights"), column("bytes_scales", "/bytes/scales"),
      column("bytes_total", "/bytes/total"), column("peak_rss_bytes", "/peak_rss_bytes"),
      column("baseline_rss_bytes", "/baseline_rss_bytes"),
      column("estimated_peak_rss_bytes", "/estimated_peak_rss_bytes"),
      new Column("simulated_modules", side -> count(side.at("/simulated_modules"))),
      column("mse", "/mse"), column("mae", "/mae"), column("psnr", "/psnr"),
      column("ssim", "/ssim"), column("flip", "/flip"), column("identical", "/identical"),
      column("error", "/error/message"));

  private record Column(String name, Function<ObjectNode, String> value) {}

  private CsvReport() {}

  static String of(ComparisonReport report, Path folder) {
    List<String> lines = new ArrayList<>();
    lines.add(COLUMNS.stream().map(Column::name).collect(Collectors.joining(",")));
    for (SideReport side : report.sides()) {
      ObjectNode json = JsonReport.side(side, folder);
      lines.add(COLUMNS.stream()
          .map(column -> quoted(column.value().apply(json)))
          .collect(Collectors.joining(",")));
    }
    return String.join("\r\n", lines) + "\r\n";
  }

  private static Column column(String name, String pointer) {
    return new Column(name, side -> text(side.at(pointer)));
  }

  private static String text(JsonNode value) {
    return value.isNull() || value.isMissingNode() ? "" : value.asText();
  }

  private static String sum(JsonNode values) {
    double sum = 0;
    for (JsonNode value : values) {
      sum += value.asDouble();
    }
    return values.isMissingNode() ? "" : Double.toString(sum);
  }

  private static String count(JsonNode values) {
    return values.isMissingNode() ? "" : Integer.toString(values.size());
  }

  private static String quoted(String value) {
    boolean plain = value.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? value : '"' + value.replace("\"", "\"\"") + '"';
  }
}

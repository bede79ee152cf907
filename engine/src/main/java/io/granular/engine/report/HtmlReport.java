package io.granular.engine.report;

import static io.granular.engine.report.Html.escape;
import static io.granular.engine.report.Html.picture;

import io.granular.engine.plan.Audit;
import io.granular.engine.report.SideReport.Failed;
import io.granular.engine.report.SideReport.Finished;
import io.granular.engine.run.RunRequest;
import io.granular.engine.run.RunResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A comparison as one page that needs no other file and no network. */
final class HtmlReport {
  private static final String NONE = "<span class=\"none\">–</span>";

  private final ComparisonReport report;

  private HtmlReport(ComparisonReport report) {
    this.report = report;
  }

  static String of(ComparisonReport report) {
    return new HtmlReport(report).page();
  }

  private String page() {
    RunRequest request = report.request();
    String negative = request.negative().isBlank()
        ? ""
        : "<p>Without: " + escape(request.negative()) + "</p>";
    return """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>%s – Granular</title>
        <style>
        %s</style>
        </head>
        <body>
        <header>
        <h1>%s</h1>
        %s<p>Model %s, seed %d. %s. Granular %s.</p>
        </header>
        <section class="sides">
        %s</section>
        <h2>Quality, memory and time</h2>
        <div class="scroll"><table>
        %s</table></div>
        <p class="legend">Differences are against the first side. Everything is measured, except what \
        says <em>estimated</em>. A <b class="badge">simulated</b> layer computes by quantizing and \
        dequantizing: its numbers are exact, its time and memory are not those of a real kernel.</p>
        %s<h2>Repeat it</h2>
        <pre>%s</pre>
        </body>
        </html>
        """
        .formatted(escape(request.prompt()), css(), escape(request.prompt()), negative,
            escape(request.model()), request.seed(), escape(report.machine()),
            escape(report.version()), each(this::figure), table(), recipes(),
            escape(report.command()));
  }

  private String each(Function<SideReport, String> part) {
    return report.sides().stream().map(part).collect(Collectors.joining());
  }

  private String figure(SideReport side) {
    String title = "<h3>" + escape(side.name()) + "</h3>\n";
    return switch (side) {
      case Finished finished -> "<article>\n" + title
          + "<figure>" + picture(finished.result().image(), "Picture of " + side.name())
          + "</figure>\n" + maps(finished) + "</article>\n";
      case Failed failed -> "<article class=\"failed\">\n" + title + "<p>"
          + escape(failed.message()) + "</p><p>" + escape(failed.remedy()) + "</p>"
          + (failed.log().isBlank() ? "" : "<pre>" + escape(failed.log()) + "</pre>")
          + "</article>\n";
    };
  }

  private static String maps(Finished side) {
    Difference difference = side.difference();
    if (difference == null) {
      return "";
    }
    return """
        <div class="maps">
        <figure>%s<figcaption>Difference, %d times: orange brighter, blue darker</figcaption></figure>
        <figure>%s<figcaption>FLIP: black no visible error, bright a large one</figcaption></figure>
        </div>
        """
        .formatted(picture(difference.picture(), "Difference of " + side.name()),
            Difference.GAIN, picture(difference.flipMap(), "FLIP map of " + side.name()));
  }

  private String table() {
    StringBuilder rows = new StringBuilder();
    rows.append("<tr><td></td>");
    report.sides()
        .forEach(side -> rows.append("<th scope=\"col\">" + escape(side.name()) + "</th>"));
    rows.append("</tr>\n");
    difference(rows, "PSNR", d -> Measures.decibel(d.metrics().psnr()));
    difference(rows, "SSIM", d -> Measures.fixed(d.metrics().ssim(), 4));
    difference(rows, "FLIP", d -> Measures.fixed(d.metrics().flip(), 4));
    difference(rows, "MSE", d -> Measures.fixed(d.metrics().mse(), 2));
    measure(rows, "Weights", r -> Measures.bytes(r.bytes().weights()));
    measure(rows, "Scales and zero points", r -> Measures.bytes(r.bytes().scales()));
    measure(rows, "Peak memory", r -> Measures.bytes(r.memory().peakRss()));
    measure(rows, "&ensp;of it before the model", r -> Measures.bytes(r.memory().baselineRss()));
    measure(rows, "Peak memory, <em>estimated</em>",
        r -> Measures.bytes(r.memory().estimatedPeakRss()));
    measure(rows, "Load", r -> Measures.seconds(r.seconds().load()));
    measure(rows, "Quantize", r -> Measures.seconds(r.seconds().quantize())
        + (r.seconds().reused() ? " (still packed from an earlier run)" : ""));
    measure(rows, "Steps", HtmlReport::steps);
    measure(rows, "Whole run", r -> Measures.seconds(r.seconds().total()));
    measure(rows, "Kernels: layers", HtmlReport::kernels);
    measure(rows, "Simulated layers", HtmlReport::simulated);
    measure(rows, "Audit: plan against run", HtmlReport::audit);
    measure(rows, "Notes",
        r -> r.notes().stream().map(Html::escape).collect(Collectors.joining("<br>")));
    return rows.toString();
  }

  private void difference(StringBuilder rows, String heading, Function<Difference, String> value) {
    rows.append(Html.row(heading, report.sides()
        .stream()
        .map(side -> side instanceof Finished finished && finished.difference() != null
            ? value.apply(finished.difference())
            : NONE)
        .toList()));
  }

  private void measure(StringBuilder rows, String heading, Function<RunResult, String> value) {
    rows.append(Html.row(heading, report.sides()
        .stream()
        .map(side -> side instanceof Finished finished ? value.apply(finished.result()) : NONE)
        .toList()));
  }

  private static String steps(RunResult result) {
    List<Double> steps = result.seconds().steps();
    double sum = steps.stream().mapToDouble(Double::doubleValue).sum();
    return Measures.seconds(sum) + " (" + steps.size() + ")";
  }

  private static String kernels(RunResult result) {
    return result.kernels()
        .entrySet()
        .stream()
        .map(kernel -> escape(kernel.getKey()) + ": " + kernel.getValue())
        .collect(Collectors.joining("<br>"));
  }

  private static String simulated(RunResult result) {
    int count = result.simulatedModules().size();
    return count == 0 ? "0" : "<b class=\"badge\">simulated</b> " + count;
  }

  private static String audit(RunResult result) {
    Audit audit = result.audit();
    if (audit.mismatches().isEmpty()) {
      return escape(audit.text());
    }
    return audit.mismatches()
        .stream()
        .map(mismatch -> escape(mismatch.text()))
        .collect(Collectors.joining("<br>", "<b class=\"badge\">not as planned</b><br>", ""));
  }

  private String recipes() {
    return each(side -> "<details><summary>Recipe " + escape(side.name()) + "</summary><pre>"
        + escape(side.recipeJson()) + "</pre></details>\n");
  }

  private static String css() {
    try (InputStream in = HtmlReport.class.getResourceAsStream("report.css")) {
      return new String(Objects.requireNonNull(in, "report.css").readAllBytes(),
          StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

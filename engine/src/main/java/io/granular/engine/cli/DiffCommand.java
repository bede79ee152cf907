package io.granular.engine.cli;

import io.granular.engine.metric.Flip;
import io.granular.engine.metric.PictureMetrics;
import io.granular.engine.metric.RgbImage;
import io.granular.engine.report.Measures;
import io.granular.engine.store.Png;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code granular diff}. */
@Command(name = "diff", mixinStandardHelpOptions = true,
    description = "Measures how far one picture is from another of the same size.",
    footerHeading = "%nExamples:%n", footer = {
        "  granular diff fp32.png w8a8.png", "  granular diff a.png b.png --heatmap flip.png",
        "", "The JSON's psnr is null for identical pictures, and identical is then true."})
final class DiffCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(index = "0", paramLabel = "A.png", description = "The reference.")
  Path reference = Path.of("");

  @Parameters(index = "1", paramLabel = "B.png", description = "The picture to measure.")
  Path test = Path.of("");

  @Option(names = "--heatmap", paramLabel = "H.png",
      description = "Write FLIP's error map: black for none, bright for a large one.")
  @Nullable
  Path heatmap;

  @Option(names = "--json", description = Texts.JSON)
  boolean json;

  /** What {@code --json} prints; see {@link PictureMetrics}. */
  private record Document(double mse, double mae, double psnr, double ssim, double flip,
      boolean identical, @Nullable Path heatmap) {}

  DiffCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    RgbImage a = Png.read(reference);
    RgbImage b = Png.read(test);
    PictureMetrics metrics = PictureMetrics.compare(a, b);
    if (heatmap != null) {
      Png.write(heatmap, Flip.colour(Flip.map(a, b)));
    }
    Document document = new Document(metrics.mse(), metrics.mae(), metrics.psnr(), metrics.ssim(),
        metrics.flip(), metrics.mse() == 0, heatmap == null ? null : heatmap.toAbsolutePath());
    session.console().result(json, document, text(metrics));
    return ExitCodes.OK;
  }

  private static String text(PictureMetrics metrics) {
    return new Table().row("PSNR", Measures.decibel(metrics.psnr()))
        .row("SSIM", Measures.fixed(metrics.ssim(), 6))
        .row("FLIP", Measures.fixed(metrics.flip(), 6))
        .row("MSE", Measures.fixed(metrics.mse(), 4))
        .row("MAE", Measures.fixed(metrics.mae(), 4))
        .toString();
  }
}

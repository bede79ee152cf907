package io.granular.engine.cli;

import io.granular.engine.report.ComparisonReport;
import io.granular.engine.report.Difference;
import io.granular.engine.report.SideReport;
import io.granular.engine.run.RunRequest;
import io.granular.engine.studio.RunOutcome;
import io.granular.engine.studio.local.Installation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs the sides of a comparison one after the other and writes it down. */
final class Comparison {
  private final Session session;
  private final List<String> given;
  private final boolean simulate;
  private final Path out;

  /**
   * @param sides as {@link SideSource} reads them, the reference first
   * @param simulate as in {@link RunRequest}, for all sides
   * @param out folder for pictures and reports
   */
  Comparison(Session session, List<String> sides, boolean simulate, Path out) {
    this.session = session;
    this.simulate = simulate;
    this.given = sides;
    this.out = out.toAbsolutePath().normalize();
  }

  /**
   * Runs and writes it.
   *
   * @throws CancelledException if the person ended it
   */
  ComparisonResult run(GenerationOptions options, String model) {
    String prompt = options.promptFor(session, model);
    List<SideSource> sources = given.stream().map(side -> SideSource.of(model, side)).toList();
    List<String> names = SideNames.of(given);
    List<RunRequest> requests = new ArrayList<>();
    for (int i = 0; i < sources.size(); i++) {
      Path folder = out.resolve(i + 1 + "-" + SideNames.fileName(names.get(i)));
      SideSource side = sources.get(i);
      requests.add(options.request(side.model(), side.recipe(), simulate, prompt, false, folder));
    }
    // A mistake that all sides would make is better said before the first has run.
    requests.forEach(session.engine().library()::check);
    List<SideReport> sides = new ArrayList<>();
    Path reference = null;
    for (int i = 0; i < requests.size(); i++) {
      SideReport side = side(names.get(i), requests.get(i), reference);
      sides.add(side);
      if (i == 0 && side instanceof SideReport.Finished finished) {
        reference = finished.result().image();
      }
    }
    return written(requests.getFirst(), sides);
  }

  private SideReport side(String name, RunRequest request, @Nullable Path reference) {
    String recipe = request.recipe();
    String json = session.engine().library().recipeJson(recipe);
    return switch (session.await(request, name)) {
      case RunOutcome.Finished(var result) -> new SideReport.Finished(name, recipe, json, result,
          reference == null
              ? null
              : Difference.measure(reference, result.image(), request.output()));
      case RunOutcome.Cancelled() -> throw new CancelledException();
      case RunOutcome.Failed failed -> {
        session.console().say(Failure.text("granular compare: side " + name, failed));
        yield new SideReport.Failed(name, recipe, json, failed.message(), failed.remedy(),
            failed.log());
      }
    };
  }

  private ComparisonResult written(RunRequest request, List<SideReport> sides) {
    ComparisonReport report = new ComparisonReport(Installation.current().version(),
        session.engine().machineName(request.threads()), session.commandLine(), request, sides);
    try {
      return new ComparisonResult(report, report.write(out));
    } catch (IOException e) {
      throw new UncheckedIOException("The report cannot be written to " + out + ": "
          + e.getMessage() + ". Check that the folder can be written to.", e);
    }
  }
}

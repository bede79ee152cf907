package io.granular.engine.cli;

import io.granular.engine.report.JsonReport;
import io.granular.engine.report.Measures;
import io.granular.engine.run.RunRequest;
import io.granular.engine.run.RunResult;
import io.granular.engine.store.AtomicFile;
import io.granular.engine.studio.RunOutcome;
import io.granular.engine.studio.local.Scratch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code granular generate}. */
@Command(name = "generate", mixinStandardHelpOptions = true, description = {
    "Generates one picture.",
    "The PNG carries its whole request; what is not given is as the model's config says."},
    footerHeading = "%nExamples:%n", footer = {
        "  granular generate demo --prompt \"red heart\" --out heart.png",
        "  granular generate demo --recipe w8a8-dynamic --seed 7 --steps 30 --sampler dpmpp-2m \\",
        "      --sigmas karras --out heart.png --json"})
final class GenerateCommand implements Callable<Integer> {
  private final Session session;

  @Spec
  CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "MODEL", description = Texts.MODEL)
  String model = "";

  @Mixin
  RecipeOptions recipe = new RecipeOptions();

  @Mixin
  GenerationOptions options = new GenerationOptions();

  @Option(names = "--out", paramLabel = "F.png", required = true,
      description = "The picture to write.")
  Path out = Path.of("");

  @Option(names = "--trace", paramLabel = "DIR",
      description = "Also keep a preview and the latents of every step in this folder.")
  @Nullable
  Path trace;

  @Option(names = "--json", description = Texts.JSON)
  boolean json;

  GenerateCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    options.check(spec);
    String chosen = recipe.chosen(spec, session, model, options.config);
    if (!out.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
      throw new ParameterException(spec.commandLine(),
          "--out is " + out + "; pictures are PNG files: give a name that ends with .png.");
    }
    try (Scratch scratch = Scratch.open(session.folders().scratch())) {
      Path folder = trace != null ? trace : scratch.folder();
      RunRequest request =
          options.request(model, chosen, recipe.simulate, options.promptFor(session, model),
              trace != null, folder.toAbsolutePath());
      session.engine().library().check(request);
      return switch (session.await(request, chosen)) {
        case RunOutcome.Finished(var result) -> finished(chosen, keep(result));
        case RunOutcome.Cancelled() -> throw new CancelledException();
        case RunOutcome.Failed failed -> {
          session.console().say(Failure.text("granular generate", failed));
          yield ExitCodes.FAILED;
        }
      };
    }
  }

  private int finished(String name, RunResult result) {
    session.console().result(json, JsonReport.result(name, result), text(result));
    return ExitCodes.OK;
  }

  /** Puts the picture where it was asked for. */
  private RunResult keep(RunResult r) {
    try {
      Files.createDirectories(out.toAbsolutePath().getParent());
      AtomicFile.write(out, to -> {
        try (FileChannel from = FileChannel.open(r.image())) {
          from.transferTo(0, from.size(), to);
        }
      });
    } catch (IOException e) {
      throw new UncheckedIOException("The picture cannot be written to " + out + ": "
          + e.getMessage() + ". Check that the folder can be written to.", e);
    }
    return new RunResult(r.request(), out.toAbsolutePath(), r.previews(), r.latents(), r.seconds(),
        r.bytes(), r.memory(), r.kernels(), r.simulatedModules(), r.audit(), r.notes());
  }

  private static String text(RunResult result) {
    RunRequest request = result.request();
    Table table = new Table().row("picture", result.image().toString())
        .row("sampled", "%d steps %s, guidance %s, %dx%d, seed %d".formatted(request.steps(),
            request.sampler().name(), request.guidance(), request.width(), request.height(),
            request.seed()))
        .row("time", Measures.seconds(result.seconds().total()) + " (measured)")
        .row("weights", Measures.bytes(result.bytes().total()) + " with scales")
        .row("peak memory", Measures.bytes(result.memory().peakRss()) + " (measured)");
    table.row("audit", result.audit().text());
    result.notes().forEach(note -> table.row("note", note));
    return table.toString();
  }
}

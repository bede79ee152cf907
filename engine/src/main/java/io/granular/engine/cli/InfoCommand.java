package io.granular.engine.cli;

import io.granular.engine.report.Measures;
import io.granular.engine.studio.ModelInfo;
import io.granular.engine.studio.ModelInfo.Defaults;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code granular info}. */
@Command(name = "info", mixinStandardHelpOptions = true,
    description = "Shows a model's networks and modules: shapes, types, bytes.",
    footerHeading = "%nExamples:%n", footer = {
        "  granular info demo", "  granular info sd-v1-5.safetensors --json",
        "  granular info unet-Q4_0.gguf --config demo"})
final class InfoCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(paramLabel = "MODEL", description = Texts.MODEL)
  String model = "";

  @Option(names = "--config", paramLabel = "DIR", description = Texts.CONFIG)
  @Nullable
  Path config;

  @Option(names = "--json", description = Texts.JSON)
  boolean json;

  InfoCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    ModelInfo info = session.engine().library().info(model, config);
    session.console().result(json, info, text(info));
    return ExitCodes.OK;
  }

  private static String text(ModelInfo info) {
    Defaults usual = info.defaults();
    Table head = new Table().row("model", info.name())
        .row("family", info.family())
        .row("parameters", "%,d".formatted(info.parameters()))
        .row("stored", Measures.bytes(info.bytes()))
        .row("usual run", "%d steps %s, guidance %s, %dx%d".formatted(usual.steps(),
            usual.sampler(), usual.guidance(), usual.width(), usual.height()));
    ModelInfo.Quantized quantized = info.quantized();
    if (quantized != null) {
      head.row("quantized", quantized.format() + ", recipe " + quantized.recipe())
          .row("weights", quantized.types()
              .entrySet()
              .stream()
              .map(e -> e.getKey() + " " + e.getValue())
              .collect(Collectors.joining(", ")));
      if (!quantized.source().isEmpty()) {
        head.row("made from", quantized.source() + " by Granular " + quantized.version()
            + ", SHA-256 " + quantized.sourceDigest());
      }
    }
    if (!usual.prompt().isBlank()) {
      head.row("prompt", usual.prompt());
    }
    Table modules = new Table().row("module", "kind", "shape", "type", "parameters", "bytes");
    info.networks().forEach(network -> {
      modules.row("", "", "", "", "", "")
          .row(network.name(), network.type(), "", "", "%,d".formatted(network.parameters()),
              Measures.bytes(network.bytes()));
      network.modules()
          .forEach(m -> modules.row(m.name(), m.kind(), m.shape().toString(), m.dtype(),
              "%,d".formatted(m.parameters()), Measures.bytes(m.bytes())));
    });
    return head + "\n" + modules;
  }
}

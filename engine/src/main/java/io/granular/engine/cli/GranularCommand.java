package io.granular.engine.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code granular} alone: the studio, or the first comparison where no window can open. */
@Command(name = "granular", mixinStandardHelpOptions = true,
    description = "Shows what quantization does to diffusion models.", synopsisHeading = "Usage: ",
    descriptionHeading = "%n", optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n", footerHeading = "%nExamples:%n", footer = {
        "  granular                                        open the studio",
        "  granular compare demo --side fp32 --side w8a8-dynamic --out result",
        "  granular generate demo --prompt \"red heart\" --recipe bf16 --out heart.png",
        "  granular plan demo --recipe w8a8-dynamic",
        "  source <(granular completion bash)              complete with the Tab key", "",
        "Results go to standard output, everything else to standard error. With --json standard",
        "output is one JSON document, and empty if the command failed before it had a result.", "",
        "Exit codes: 0 ok, 1 failed, 2 wrong usage, 130 cancelled.",
        "GRANULAR_DATA names a folder for settings and caches, GRANULAR_JAVA_OPTIONS takes options",
        "such as -Dgranular.log=debug and -Dgranular.worker.heap=4g."})
final class GranularCommand implements Callable<Integer> {
  private static final Path OUT = Path.of("granular-compare");

  private final Session session;
  private final Studio studio;

  GranularCommand(Session session, Studio studio) {
    this.session = session;
    this.studio = studio;
  }

  @Override
  public Integer call() {
    if (studio.opens()) {
      return studio.open();
    }
    session.console()
        .say("There is no display for the studio; here is its first comparison instead.");
    session.setCommandLine(
        "granular compare demo --side fp32 --side w8a8-dynamic --out " + OUT);
    Comparison comparison = new Comparison(session, List.of("fp32", "w8a8-dynamic"), false, OUT);
    return comparison.run(new GenerationOptions(), "demo").print(session.console(), false);
  }
}

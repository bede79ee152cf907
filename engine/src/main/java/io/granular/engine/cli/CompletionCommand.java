package io.granular.engine.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code granular completion}. */
@Command(name = "completion", mixinStandardHelpOptions = true,
    description = "Prints a script that teaches a shell to complete granular's commands.",
    footerHeading = "%nExamples:%n", footer = {
        "  source <(granular completion bash)      for this shell",
        "  granular completion zsh >> ~/.zshrc      for all to come"})
final class CompletionCommand implements Callable<Integer> {
  private final Session session;

  @Spec
  CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}.")
  Shell shell = Shell.bash;

  /** Shells with completion; named as people type them. */
  enum Shell {
    bash, zsh
  }

  CompletionCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    // The script itself turns on zsh's emulation of bash completion where it runs in zsh.
    session.console().out().print(AutoComplete.bash("granular", spec.root().commandLine()));
    session.console().out().flush();
    return ExitCodes.OK;
  }
}

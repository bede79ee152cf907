package io.granular.engine.cli;

import io.granular.engine.store.BadModelException;
import io.granular.engine.studio.EngineException;
import io.granular.engine.studio.local.Installation;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** All commands, and what they have in common. */
final class Cli {
  private static final int HELP_WIDTH = 100;

  private Cli() {}

  /** Runs what {@code args} say; never throws for what a person did. */
  static int execute(Session session, Studio studio, String... args) {
    session.setCommandLine(Stream.concat(Stream.of("granular"), Stream.of(args))
        .map(Cli::quoted)
        .collect(Collectors.joining(" ")));
    return commands(session, studio).execute(args);
  }

  static CommandLine commands(Session session, Studio studio) {
    CommandLine root = new CommandLine(new GranularCommand(session, studio));
    List.of(new InfoCommand(session), new PlanCommand(session), new GenerateCommand(session),
        new CompareCommand(session), new QualityCommand(session), new DiffCommand(session),
        new AnalyzeCommand(session), new BudgetCommand(session),
        new TensorsCommand(session),
        new CalibrateCommand(session), new TrainCommand(session), new QuantizeCommand(session),
        new QuantizeTensorsCommand(session),
        new BenchCommand(session), new CompletionCommand(session)).forEach(root::addSubcommand);
    String version = "Granular " + Installation.current().version();
    root.getCommandSpec().version(version);
    root.getSubcommands().values().forEach(command -> {
      command.getCommandSpec().version(version);
      command.getCommandSpec().usageMessage().sortOptions(false).sortSynopsis(false);
    });
    root.setUsageHelpWidth(HELP_WIDTH);
    root.setOut(writer(session.console().out()));
    root.setErr(writer(session.console().err()));
    root.setCaseInsensitiveEnumValuesAllowed(true);
    root.setParameterExceptionHandler((error, args) -> wrongUsage(session.console(), error));
    root.setExecutionExceptionHandler(
        (error, command, parsed) -> failed(session.console(), error));
    return root;
  }

  private static int wrongUsage(Console console, ParameterException error) {
    CommandLine command = error.getCommandLine();
    List<String> unknown = command.getUnmatchedArguments();
    // A mistyped option also leaves the right one missing; the typing mistake is the news.
    ParameterException cause = unknown.isEmpty() || error instanceof UnmatchedArgumentException
        ? error
        : new UnmatchedArgumentException(command, unknown);
    String name = command.getCommandSpec().qualifiedName();
    console.say(name + ": " + cause.getMessage());
    if (cause instanceof UnmatchedArgumentException unmatched) {
      UnmatchedArgumentException.printSuggestions(unmatched, command.getErr());
      command.getErr().flush();
    }
    console.say("Try '" + name + " --help'.");
    return ExitCodes.WRONG_USAGE;
  }

  private static int failed(Console console, Exception error) {
    if (error instanceof CancelledException) {
      console.say("granular: cancelled");
      return ExitCodes.CANCELLED;
    }
    if (isExplained(error)) {
      console.say("granular: " + error.getMessage());
    } else {
      console.say("granular: unexpected " + error);
      error.printStackTrace(console.err());
    }
    return ExitCodes.FAILED;
  }

  /** Whether the message was written for a person. */
  private static boolean isExplained(Exception error) {
    return error instanceof EngineException
        || error instanceof BadModelException
        || error instanceof IllegalArgumentException
        || error instanceof UncheckedIOException;
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }

  /** As a POSIX shell would read it back. */
  private static String quoted(String argument) {
    return argument.matches("[A-Za-z0-9_./:=@%+,-]+")
        ? argument
        : "'" + argument.replace("'", "'\\''") + "'";
  }
}

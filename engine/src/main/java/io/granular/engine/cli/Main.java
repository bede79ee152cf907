package io.granular.engine.cli;

import io.granular.engine.studio.local.AppFolders;
import io.granular.engine.studio.local.LocalEngine;

/** The command line's main. */
public final class Main {
  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    Session session =
        new Session(Console.standard(), AppFolders.standard(), LocalEngine::create);
    Studio studio = new Studio(System.getProperties(), System.getenv());
    System.exit(run(session, studio, args));
  }

  /** Runs one command, which Ctrl-C ends politely. */
  static int run(Session session, Studio studio, String... args) {
    try (Interrupt _ = Interrupt.listen(session); session) {
      return Cli.execute(session, studio, args);
    }
  }
}

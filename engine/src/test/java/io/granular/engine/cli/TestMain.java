package io.granular.engine.cli;

import io.granular.engine.studio.local.TestEngines;
import java.nio.file.Path;

/** The command line in a process of its own, on workers that draw noise. */
final class TestMain {
  private TestMain() {}

  public static void main(String[] args) {
    Path folder = Path.of(System.getProperty("granular.data"));
    Session session = new Session(Console.standard(), TestEngines.folders(folder),
        () -> TestEngines.engine(TestEngines.settings(folder), folder));
    Studio studio = new Studio(System.getProperties(), System.getenv());
    System.exit(Main.run(session, studio, args));
  }
}

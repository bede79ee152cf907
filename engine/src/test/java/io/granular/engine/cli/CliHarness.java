package io.granular.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.granular.engine.studio.local.TestEngines;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/** Runs commands in this process, on workers that draw noise. */
final class CliHarness {
  private static final ObjectMapper STRICT =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final Path folder;

  /** @param folder for caches and scratch files */
  CliHarness(Path folder) {
    this.folder = folder;
  }

  /** What a command left behind. */
  record Result(int exitCode, String out, String err) {
    /** Standard output as the one JSON document that it has to be. */
    JsonNode json() {
      try {
        return STRICT.readTree(out);
      } catch (IOException e) {
        throw new AssertionError("not one JSON document: " + out + err, e);
      }
    }

    /** Fails as wrong usage should, with that message and nothing on standard output. */
    void isWrongUsage(String message) {
      assertThat(exitCode).as(err).isEqualTo(2);
      assertThat(err).contains(message).contains("--help'");
      assertThat(out).isEmpty();
    }
  }

  Result run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console = new Console(new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8), false);
    try (Session session = new Session(console, TestEngines.folders(folder),
        () -> TestEngines.engine(TestEngines.settings(folder), folder))) {
      Studio none = new Studio(linux(), Map.of());
      int exitCode = Cli.execute(session, none, args);
      return new Result(exitCode, out.toString(StandardCharsets.UTF_8),
          err.toString(StandardCharsets.UTF_8));
    }
  }

  private static Properties linux() {
    Properties system = new Properties();
    system.setProperty("os.name", "Linux");
    return system;
  }
}

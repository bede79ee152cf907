package io.granular.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.engine.run.RunProgress;
import io.granular.engine.run.RunProgress.Stage;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class ConsoleTest {
  private static final RunProgress HALF = new RunProgress(Stage.STEPS, 10, 20, 2, 2, null);

  @Test
  void theBarShowsStepsAndTimeLeft() {
    assertThat(ProgressBar.line("fp32", HALF))
        .isEqualTo("fp32  step 10/20 [############------------]  2.00 s left");
    assertThat(
        ProgressBar.line("fp32", new RunProgress(Stage.LOADING, 0, 20, 0, Double.NaN, null)))
        .isEqualTo("fp32  loading...");
  }

  @Test
  void theBarIsForTerminalsOnly() {
    assertThat(drawn(false)).isEmpty();
    assertThat(drawn(true)).contains("step 10/20").endsWith("\r\033[K");
  }

  private static String drawn(boolean terminal) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console = new Console(System.out, new PrintStream(err), terminal);
    try (ProgressBar bar = new ProgressBar(console, "fp32")) {
      bar.progress(HALF);
    }
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void numbersThatJsonLacksAreNull() {
    record Numbers(double finite, double infinite, Double boxed, List<Double> many) {}
    assertThat(Json.text(new Numbers(1.5, Double.POSITIVE_INFINITY, Double.NaN, List.of(2.0)))
        .replaceAll("\\s", ""))
        .isEqualTo("{\"finite\":1.5,\"infinite\":null,\"boxed\":null,\"many\":[2.0]}");
  }

  @Test
  void theStudioNeedsADisplay() {
    assertThat(studio(Map.of()).hasDisplay()).isFalse();
    assertThat(studio(Map.of("DISPLAY", "")).hasDisplay()).isFalse();
    assertThat(studio(Map.of("DISPLAY", ":0")).hasDisplay()).isTrue();
    assertThat(studio(Map.of("WAYLAND_DISPLAY", "wayland-0")).hasDisplay()).isTrue();
  }

  private static Studio studio(Map<String, String> environment) {
    Properties system = new Properties();
    system.setProperty("os.name", "Linux");
    return new Studio(system, environment);
  }
}

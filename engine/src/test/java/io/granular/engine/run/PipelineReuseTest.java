package io.granular.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granular.engine.lower.KernelProbe;
import io.granular.engine.lower.PackTools;
import io.granular.engine.metric.PictureMetrics;
import io.granular.engine.store.Png;
import io.granular.engine.torch.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When packed networks are used again, and when they are not. */
class PipelineReuseTest {
  private static final Path TINY = Path.of("src/test/goldens/tiny-sd1");
  private static Torch torch;
  private static PackTools tools;
  private TorchSideRunner runner;
  private int runs;

  @TempDir
  Path folder;

  @BeforeAll
  static void start() {
    torch = Torch.start(2);
    tools = PackTools.compile();
  }

  @AfterAll
  static void stop() {
    tools.close();
    torch.close();
  }

  @BeforeEach
  void open() throws IOException {
    copy(TINY, folder.resolve("model"));
    runner = new TorchSideRunner(torch, tools, KernelProbe.probe(torch).capabilities());
  }

  @AfterEach
  void close() {
    runner.close();
  }

  @Test
  void theSameRunAgainUsesThePackedNetworks() {
    RunResult first = run("w8", "a cat", 128, 2.0);
    RunResult second = run("w8", "a cat", 128, 2.0);
    RunResult other = run("w8", "a dog", 128, 3.0);

    assertThat(first.seconds().reused()).isFalse();
    assertThat(second.seconds().reused()).isTrue();
    assertThat(other.seconds().reused()).isTrue();
    assertThat(mae(first, second)).isZero();
    assertThat(mae(first, other)).isPositive();
    assertThat(second.bytes()).isEqualTo(first.bytes());
    assertThat(second.kernels()).isEqualTo(first.kernels());
    assertThat(second.notes()).isEqualTo(first.notes());
  }

  @Test
  void memoryFiguresStayThoseOfTheLoading() {
    RunResult first = run("fp32", "a cat", 128, 2.0);
    RunResult second = run("fp32", "a cat", 128, 2.0);

    assertThat(second.memory().baselineRss()).isEqualTo(first.memory().baselineRss());
    assertThat(second.memory().peakRss())
        .isGreaterThan(second.memory().baselineRss() + second.bytes().total());
    assertThat(second.memory().estimatedPeakRss()).isEqualTo(first.memory().estimatedPeakRss());
  }

  @Test
  void anotherSizeRecipeOrBatchIsPackedAnew() {
    run("fp32", "a cat", 128, 2.0);

    assertThat(run("fp32", "a cat", 64, 2.0).seconds().reused()).isFalse();
    assertThat(run("fp16", "a cat", 64, 2.0).seconds().reused()).isFalse();
    assertThat(run("fp16", "a cat", 64, 1.0).seconds().reused()).isFalse();
    assertThat(run("fp16", "a cat", 64, 1.0).seconds().reused()).isTrue();
    assertThat(run("fp32", "a cat", 128, 2.0).seconds().reused()).isFalse();
  }

  @Test
  void changedFilesAreNoticed() throws IOException {
    run("fp32", "a cat", 64, 1.0);

    touch("unet/diffusion_pytorch_model.safetensors");
    assertThat(run("fp32", "a cat", 64, 1.0).seconds().reused()).isFalse();
    touch("tokenizer/merges.txt");
    assertThat(run("fp32", "a cat", 64, 1.0).seconds().reused()).isFalse();
    Path config = folder.resolve("model/text_encoder/config.json");
    Files.writeString(config, Files.readString(config).replace("1e-05", "1e-04"));
    assertThat(run("fp32", "a cat", 64, 1.0).seconds().reused()).isFalse();
  }

  @Test
  void aRecipeFileThatWasEditedIsResolvedAnew() throws IOException {
    Path recipe = folder.resolve("r.json");
    String json = """
        {"version": 1, "name": "r", "rules": [{"match": "**", "keep": "%s"}]}""";
    Files.writeString(recipe, json.formatted("fp32"));
    run(recipe.toString(), "a cat", 64, 1.0);
    assertThat(run(recipe.toString(), "a cat", 64, 1.0).seconds().reused()).isTrue();

    Files.writeString(recipe, json.formatted("fp16"));
    RunResult edited = run(recipe.toString(), "a cat", 64, 1.0);
    assertThat(edited.seconds().reused()).isFalse();
    assertThat(edited.kernels()).containsOnlyKeys("fp16-storage");
  }

  @Test
  void aCancelledRunLeavesItsNetworksForTheNext() {
    RunRequest request = request("fp32", "a cat", 64, 1.0);
    int[] steps = new int[1];
    assertThatThrownBy(
        () -> runner.run(request, progress -> steps[0] = progress.step(), () -> steps[0] > 0))
        .isInstanceOf(CancellationException.class);

    assertThat(run("fp32", "a cat", 64, 1.0).seconds().reused()).isTrue();
    runner.close();
    assertThat(run("fp32", "a cat", 64, 1.0).seconds().reused()).isFalse();
  }

  private static double mae(RunResult a, RunResult b) {
    return PictureMetrics.compare(Png.read(a.image()), Png.read(b.image())).mae();
  }

  private RunResult run(String recipe, String prompt, int side, double guidance) {
    return runner.run(request(recipe, prompt, side, guidance), _ -> {}, () -> false);
  }

  private RunRequest request(String recipe, String prompt, int side, double guidance) {
    return new RunRequest(folder.resolve("model").toString(), null, recipe, prompt, "", 7, 2,
        guidance, side, side, SamplerChoice.MODEL_DEFAULT, 2, null, null, false,
        folder.resolve("out" + runs++));
  }

  private void touch(String file) throws IOException {
    Path path = folder.resolve("model").resolve(file);
    FileTime later = FileTime.fromMillis(Files.getLastModifiedTime(path).toMillis() + 2000);
    Files.setLastModifiedTime(path, later);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(f -> !from.relativize(f).startsWith("expected")).toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    }
  }
}

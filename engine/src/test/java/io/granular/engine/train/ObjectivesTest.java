package io.granular.engine.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granular.engine.lower.Capabilities;
import io.granular.engine.lower.KernelProbe;
import io.granular.engine.lower.PackTools;
import io.granular.engine.metric.RgbImage;
import io.granular.engine.store.Png;
import io.granular.engine.torch.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be learned, and what of a network can be trained, in short trainings of small pipelines. */
class ObjectivesTest {
  private static Torch torch;
  private static PackTools tools;
  private static Capabilities machine;

  @TempDir
  private Path folder;

  @BeforeAll
  static void start() {
    torch = Torch.start(2);
    tools = PackTools.compile();
    machine = KernelProbe.probe(torch).capabilities();
  }

  @AfterAll
  static void stop() {
    tools.close();
    torch.close();
  }

  private TrainingRequest request(String model) throws IOException {
    Path recipe = folder.resolve("recipe.json");
    Files.writeString(recipe, "{\"version\": 1, \"name\": \"test\", \"rules\": ["
        + "{\"match\": \"unet.**.attentions.**\", \"weights\": {\"bits\": 3}},"
        + "{\"match\": \"**\", \"keep\": \"fp32\"}]}");
    return TrainingRequest
        .usual("src/test/goldens/" + model, recipe.toString(), folder.resolve("trained"),
            Length.ofSteps(8))
        .withLearning(Learning.USUAL.withRate(1e-3))
        .withSampling(new Sampling(4, 5.0, 128, 128))
        .withCheckpoints(0)
        .withThreads(2);
  }

  private TrainingResult train(TrainingRequest request) {
    return new TorchTrainer(torch, tools, machine, folder.resolve("cache")).train(
        new Trainer.Job(request, false), progress -> {}, Trainer.Control.NONE);
  }

  private Path data(int pictures) throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    Random random = new Random(1);
    for (int i = 0; i < pictures; i++) {
      byte[] rgb = new byte[3 * 150 * 140];
      for (int j = 0; j < rgb.length; j++) {
        rgb[j] = (byte) (j % 150 + 40 * i + random.nextInt(8));
      }
      Png.write(data.resolve(i + ".png"), new RgbImage(150, 140, rgb));
      Files.writeString(data.resolve(i + ".txt"), "picture " + i);
    }
    return data;
  }

  /** Noise is predicted by tiny-sd1, velocity by tiny-sd2, and tiny-sdxl is told sizes too. */
  @ParameterizedTest
  @ValueSource(strings = {"tiny-sd1", "tiny-sd2", "tiny-sdxl"})
  void learnsFromPictures(String model) throws IOException {
    TrainingRequest request =
        request(model).withObjective(new Objective.NoisePrediction(data(3), 0.1));
    TrainingResult result = train(request);
    assertThat(result.best()).isLessThan(result.before());
    Path cached;
    try (Stream<Path> files = Files.list(folder.resolve("cache/training-data"))) {
      cached = files.reduce((a, b) -> {
        throw new AssertionError("one file was expected");
      }).orElseThrow();
    }
    // What was encoded is read again: the same training, with a picture that could not be decoded any more.
    long written = Files.getLastModifiedTime(cached).toMillis();
    TrainingResult again = train(new TrainingRequest(request.model(), request.recipe(),
        folder.resolve("again"), request.length(), request.learning(), request.objective(),
        request.trained(), request.sampling(), request.economy(), null, 0, 0, 2));
    assertThat(again.best()).isEqualTo(result.best());
    assertThat(Files.getLastModifiedTime(cached).toMillis()).isEqualTo(written);
  }

  @Test
  void picturesThatCannotBeReadAreNamed() throws IOException {
    Path data = data(3);
    Files.writeString(data.resolve("1.png"), "no picture");
    TrainingRequest request =
        request("tiny-sd1").withObjective(new Objective.NoisePrediction(data, 0));
    assertThatThrownBy(() -> train(request)).hasMessageContaining("1.png");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(p -> p.getFileName().toString())).doesNotContain("trained.unfinished");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void learnsFeaturesToo(boolean recompute) throws IOException {
    TrainingResult result = train(request("tiny-sd1").withEconomy(new Economy(recompute, false))
        .withObjective(new Objective.Distillation(null,
            List.of("unet.mid_block", "unet.up_blocks.*"), 0.5)));
    assertThat(result.best()).isLessThan(result.before());
  }

  @Test
  void unknownBlocksAreNamed() {
    assertThatThrownBy(() -> train(request("tiny-sd1")
        .withObjective(new Objective.Distillation(null, List.of("unet.middle"), 0.5))))
        .hasMessageContaining("unet.middle");
  }

  @Test
  void trainsWhatStaysInFloatingPointToo() throws IOException {
    TrainingResult result = train(request("tiny-sd1")
        .withLearning(Learning.USUAL)
        .withTrained(new Trained(new Trained.What.Weights(false), List.of(), true)));
    assertThat(result.best()).isLessThan(result.before());
    long some = train(new TrainingRequest("src/test/goldens/tiny-sd1",
        folder.resolve("recipe.json").toString(), folder.resolve("some"), Length.ofSteps(8),
        Learning.USUAL.withRate(1e-3), Objective.USUAL, Trained.USUAL,
        new Sampling(4, 5.0, 128, 128), Economy.NONE, null, 0, 0, 2)).parameters();
    assertThat(result.parameters()).isGreaterThan(2 * some);
  }
}

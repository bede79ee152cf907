package io.granular.engine.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.granular.engine.lower.Capabilities;
import io.granular.engine.lower.KernelProbe;
import io.granular.engine.lower.PackTools;
import io.granular.engine.quant.FloatReader;
import io.granular.engine.run.RunProgress;
import io.granular.engine.run.RunProgress.Stage;
import io.granular.engine.run.RunRequest;
import io.granular.engine.run.RunResult;
import io.granular.engine.run.SamplerChoice;
import io.granular.engine.run.TorchSideRunner;
import io.granular.engine.store.PipelineFolder;
import io.granular.engine.store.TensorInfo;
import io.granular.engine.store.TensorSource;
import io.granular.engine.torch.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Short trainings of small pipelines. */
class TorchTrainerTest {
  private static final Path GOLDENS = Path.of("src/test/goldens");
  private static final String WEIGHTS = "{\"match\": \"unet.{conv_in,conv_out}\", \"keep\": "
      + "\"fp32\"}, {\"match\": \"unet.**.*norm*\", \"keep\": \"fp32\"}, {\"match\": \"unet.**\", "
      + "\"weights\": {\"bits\": 4}}";
  private static Torch torch;
  private static PackTools tools;
  private static Capabilities machine;

  @TempDir
  private Path folder;

  private final List<RunProgress> heard = new ArrayList<>();

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

  @Test
  void learnsAndWritesAModelThatRuns() throws IOException {
    TrainingResult result = train(request("tiny-sd1", WEIGHTS, 24), () -> false);
    assertThat(result.best()).isLessThan(0.95 * result.before());
    assertThat(result.steps()).isEqualTo(24);
    assertThat(result.stopped()).isFalse();
    assertThat(result.curve().getFirst().step()).isZero();
    assertThat(result.curve().getLast().step()).isEqualTo(24);
    assertThat(heard).filteredOn(p -> p.stage() == Stage.TRAINING)
        .hasSize(24)
        .allSatisfy(p -> assertThat(Objects.requireNonNull(p.learning()).before())
            .isEqualTo(result.before()));

    JsonNode facts = new ObjectMapper().readTree(result.folder().resolve("train.json").toFile());
    assertThat(facts.get("held_out_loss").asDouble()).isEqualTo(result.best());
    assertThat(facts.get("modules")).hasSize(result.modules());
    onlyTheQuantizedLayersChanged(result.folder());
    RunResult run = new TorchSideRunner(torch, tools, machine).run(
        new RunRequest(result.folder().toString(), null, result.recipe().toString(),
            "a red apple", "", 7, 2, 5.0, 128, 128,
            new SamplerChoice("ddim", null, null, null, null), 2, null, null, false,
            folder.resolve("picture")),
        progress -> {}, () -> false);
    assertThat(run.image()).exists();
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(p -> p.getFileName().toString()))
          .containsExactlyInAnyOrder("recipe.json", "trained", "picture");
    }
  }

  @Test
  void trainsInputsTooAndSdxl() throws IOException {
    String rules =
        WEIGHTS.replace("{\"bits\": 4}", "{\"bits\": 3}, \"activations\": {\"bits\": 8}");
    TrainingResult result = train(request("tiny-sdxl", rules, 12), () -> false);
    assertThat(result.best()).isLessThan(result.before());
  }

  @Test
  void startsFromTreatedIntegersAndLeavesTheTreatmentOut() throws IOException {
    String treated = WEIGHTS.replace("{\"bits\": 4}",
        "{\"bits\": 4}, \"treatments\": {\"gptq\": true, \"bias_correction\": true}");
    TrainingResult result = train(request("tiny-sd1", treated, 16), () -> false);
    assertThat(result.best()).isLessThan(result.before());
    assertThat(Files.readString(result.recipe())).doesNotContain("gptq");
    Files.move(result.folder(), folder.resolve("treated"));
    TrainingResult rounded = train(request("tiny-sd1", WEIGHTS, 16), () -> false);
    assertThat(result.before()).isLessThan(0.9 * rounded.before());
  }

  @Test
  void endsWithTheBestSoFarWhenAsked() throws IOException {
    TrainingResult result = train(request("tiny-sd1", WEIGHTS, 40),
        () -> !heard.isEmpty() && heard.getLast().step() >= 12);
    assertThat(result.stopped()).isTrue();
    assertThat(result.steps()).isEqualTo(12);
    assertThat(result.folder().resolve("model_index.json")).exists();
  }

  @Test
  void leavesNothingBehindIfItEndsAtOnce() throws IOException {
    TrainingRequest request = request("tiny-sd1", WEIGHTS, 40);
    assertThatThrownBy(() -> train(request, () -> heard.size() > 4))
        .isInstanceOf(CancellationException.class);
    assertThat(request.to()).doesNotExist();
  }

  @Test
  void whatCannotBeTrainedSaysSo() throws IOException {
    assertThatThrownBy(() -> train(request("tiny-sd1",
        WEIGHTS.replace("\"bits\": 4", "\"type\": \"q4_0\""), 1), () -> false))
        .hasMessageContaining("q4_0 blocks");
    assertThatThrownBy(() -> train(request("tiny-sd1",
        WEIGHTS.replace("{\"bits\": 4}", "{\"bits\": 4}, \"treatments\": {\"rotate\": true}"), 1),
        () -> false)).hasMessageContaining("rotated");
    assertThatThrownBy(
        () -> train(request("tiny-sd1", "{\"match\": \"unet.**\", \"keep\": \"fp32\"}", 1),
            () -> false))
        .hasMessageContaining("quantizes nothing");
    Files.createDirectories(folder.resolve("trained"));
    Files.writeString(folder.resolve("trained/mine.txt"), "mine");
    assertThatThrownBy(() -> train(request("tiny-sd1", WEIGHTS, 1), () -> false))
        .hasMessageContaining("is there already");
  }

  private static void onlyTheQuantizedLayersChanged(Path trained) {
    try (PipelineFolder before = PipelineFolder.open(GOLDENS.resolve("tiny-sd1"));
        PipelineFolder after = PipelineFolder.open(trained)) {
      assertThat(after.components().keySet()).isEqualTo(before.components().keySet());
      TensorSource old = before.component("unet").tensors();
      TensorSource fresh = after.component("unet").tensors();
      assertThat(fresh.names()).containsExactlyInAnyOrderElementsOf(old.names());
      assertThat(old.names()).allSatisfy(name -> {
        boolean kept = name.contains("norm") || name.startsWith("conv_in.")
            || name.startsWith("conv_out.");
        assertThat(Arrays.equals(floats(old, name), floats(fresh, name))).isEqualTo(kept);
      });
    }
  }

  private static float[] floats(TensorSource source, String name) {
    TensorInfo info = source.info(name);
    float[] values = new float[Math.toIntExact(info.elements())];
    FloatReader.of(source.data(name), info.dtype()).read(0, values, values.length);
    return values;
  }

  private TrainingResult train(TrainingRequest request, BooleanSupplier cancelled) {
    return new TorchTrainer(torch, tools, machine).train(new Trainer.Job(request, false),
        heard::add, new Trainer.Control() {
          @Override
          public boolean cancelled() {
            return cancelled.getAsBoolean();
          }

          @Override
          public boolean paused() {
            return false;
          }
        });
  }

  private TrainingRequest request(String model, String rules, int steps) throws IOException {
    Path recipe = folder.resolve("recipe.json");
    Files.writeString(recipe, "{\"version\": 1, \"name\": \"test\", \"rules\": [" + rules + "]}");
    return TrainingRequest
        .usual(GOLDENS.resolve(model).toString(), recipe.toString(), folder.resolve("trained"),
            Length.ofSteps(steps))
        .withLearning(Learning.USUAL.withRate(2e-4))
        .withSampling(new Sampling(4, 5.0, 128, 128))
        .withSeed(3)
        .withThreads(2);
  }
}

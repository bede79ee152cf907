package io.granular.engine.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granular.engine.lower.Capabilities;
import io.granular.engine.lower.KernelProbe;
import io.granular.engine.lower.PackTools;
import io.granular.engine.run.RunProgress;
import io.granular.engine.run.RunProgress.Stage;
import io.granular.engine.torch.Torch;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trainings that are interrupted, paused and resumed. */
class ResumeTest {
  private static final int NEVER = -1;
  private static final double EVERY_STEP = 1e-9;
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

  /** As when the process is killed. */
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private TrainingRequest request(String name) throws IOException {
    Path recipe = folder.resolve("recipe.json");
    Files.writeString(recipe, "{\"version\": 1, \"name\": \"test\", \"rules\": ["
        + "{\"match\": \"unet.**.attentions.**\", \"weights\": {\"bits\": 3}},"
        + "{\"match\": \"**\", \"keep\": \"fp32\"}]}");
    return TrainingRequest
        .usual("src/test/goldens/tiny-sd1", recipe.toString(), folder.resolve(name),
            Length.ofSteps(8))
        .withLearning(Learning.USUAL.withRate(1e-3))
        .withSampling(new Sampling(4, 5.0, 128, 128))
        .withCheckpoints(EVERY_STEP)
        .withThreads(2);
  }

  private TrainingResult train(TrainingRequest request, boolean resumed, int killedAt) {
    return new TorchTrainer(torch, tools, machine).train(new Trainer.Job(request, resumed),
        progress -> {
          heard.add(progress);
          if (progress.stage() == Stage.TRAINING && progress.step() == killedAt) {
            throw new Killed();
          }
        }, Trainer.Control.NONE);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void aResumedTrainingEndsAsAnUninterruptedOne(int killedAt) throws IOException {
    TrainingResult whole = train(request("whole"), false, NEVER);

    TrainingRequest request = request("parts");
    assertThatThrownBy(() -> train(request, false, killedAt)).isInstanceOf(Killed.class);
    assertThat(request.to()).doesNotExist();
    UnfinishedTraining unfinished = Workspace.of(request.to()).unfinished().orElseThrow();
    assertThat(unfinished.progress().step()).isEqualTo(killedAt);
    assertThat(unfinished.progress().done()).isEqualTo(killedAt / 8.0);
    assertThat(unfinished.progress().before()).isEqualTo(whole.before());
    assertThat(unfinished.request()).isEqualTo(request);
    assertThat(unfinished.bytes()).isPositive();
    assertThatThrownBy(() -> train(request, false, NEVER)).hasMessageContaining("--resume");

    TrainingResult resumed = train(unfinished.request(), true, NEVER);
    assertThat(resumed.best()).isEqualTo(whole.best());
    assertThat(resumed.bestStep()).isEqualTo(whole.bestStep());
    assertThat(resumed.steps()).isEqualTo(8);
    assertThat(resumed.curve().stream().map(TrainingResult.Point::heldOut).toList())
        .isEqualTo(whole.curve().stream().map(TrainingResult.Point::heldOut).toList());
    assertThat(resumed.curve().stream().map(TrainingResult.Point::loss).toList())
        .isEqualTo(whole.curve().stream().map(TrainingResult.Point::loss).toList());
    String weights = "unet/diffusion_pytorch_model.safetensors";
    assertThat(Files.mismatch(resumed.folder().resolve(weights), whole.folder().resolve(weights)))
        .isEqualTo(-1);
    assertThat(Workspace.of(request.to()).folder()).doesNotExist();
  }

  /** Learned step sizes, corrections and sums over batches go on as well. */
  @ParameterizedTest
  @ValueSource(strings = {"scales", "corrections"})
  void whateverIsTrainedGoesOn(String what) throws IOException {
    Trained.What trained =
        what.equals("scales") ? new Trained.What.Weights(true) : new Trained.What.LowRank(2);
    Learning learning = new Learning(1e-3, null, 1, 2, null);
    TrainingResult whole = train(request("whole").withLearning(learning)
        .withTrained(new Trained(trained, List.of(), false)), false, NEVER);
    TrainingRequest request = request("parts").withLearning(learning)
        .withTrained(new Trained(trained, List.of(), false));
    assertThatThrownBy(() -> train(request, false, 5)).isInstanceOf(Killed.class);
    TrainingResult resumed = train(request, true, NEVER);
    assertThat(resumed.best()).isEqualTo(whole.best()).isLessThan(whole.before());
    assertThat(resumed.parameters()).isEqualTo(whole.parameters());
  }

  @Test
  void pausingWritesACheckpointAndWaits() throws IOException {
    TrainingRequest request = request("paused").withCheckpoints(1000);
    List<Stage> stages = new ArrayList<>();
    int[] asked = {0};
    TrainingResult result = new TorchTrainer(torch, tools, machine).train(
        new Trainer.Job(request, false), progress -> {
          stages.add(progress.stage());
          if (progress.stage() == Stage.PAUSED) {
            assertThat(Workspace.of(request.to()).folder().resolve("checkpoint.safetensors"))
                .exists();
          }
        }, new Trainer.Control() {
          @Override
          public boolean cancelled() {
            return false;
          }

          @Override
          public boolean paused() {
            return stages.contains(Stage.TRAINING) && asked[0]++ < 6;
          }
        });
    assertThat(stages).containsOnlyOnce(Stage.PAUSED);
    assertThat(result.steps()).isEqualTo(8);
    // Six times fifty milliseconds were waited, which are no training.
    assertThat(heard).isEmpty();
  }

  @Test
  void whatIsDamagedOrForeignSaysSo() throws IOException {
    TrainingRequest request = request("damaged");
    assertThatThrownBy(() -> train(request, false, 3)).isInstanceOf(Killed.class);
    Path checkpoint = Workspace.of(request.to()).folder().resolve("checkpoint.safetensors");

    Path recipe = Path.of(request.recipe());
    String before = Files.readString(recipe);
    Files.writeString(recipe, before.replace("\"bits\": 3", "\"bits\": 4"));
    assertThatThrownBy(() -> train(request, true, NEVER)).hasMessageContaining("the recipe")
        .hasMessageContaining("has changed");
    Files.writeString(recipe, before);
    assertThat(checkpoint).exists();

    try (FileChannel channel = FileChannel.open(checkpoint, StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() - 100);
    }
    assertThatThrownBy(() -> train(request, true, NEVER)).hasMessageContaining("is damaged");
    Files.copy(Path.of("src/test/goldens/quant/affine.safetensors"), checkpoint,
        StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> train(request, true, NEVER)).hasMessageContaining("is no checkpoint");
    Files.delete(checkpoint);
    assertThatThrownBy(() -> train(request, true, NEVER)).hasMessageContaining("checkpoint");
    assertThatThrownBy(() -> Workspace.of(folder.resolve("nothing")).request())
        .hasMessageContaining("no interrupted training");
  }

  @Test
  void onlyOneTrainsInAFolder() throws IOException {
    TrainingRequest request = request("held");
    try (Workspace.Hold hold = Objects.requireNonNull(Workspace.of(request.to()).hold())) {
      assertThat(hold).isNotNull();
      assertThatThrownBy(() -> train(request, false, NEVER)).hasMessageContaining("under way");
    }
  }

  @Test
  void previewsAreDrawnAndKept() throws IOException {
    TrainingRequest request =
        request("drawn").withPreview(new Preview("a red apple", 7, 0)).withCheckpoints(0);
    TrainingResult result = train(request, false, NEVER);
    List<RunProgress.Pictures> drawn = heard.stream()
        .map(RunProgress::learning)
        .filter(Objects::nonNull)
        .map(RunProgress.Learning::pictures)
        .filter(Objects::nonNull)
        .toList();
    assertThat(result.pictures()).hasSameSizeAs(drawn).hasSizeGreaterThan(3);
    for (RunProgress.Pictures pictures : result.pictures()) {
      assertThat(pictures.student()).exists();
      assertThat(pictures.teacher()).exists();
      assertThat(Files.mismatch(pictures.student(), pictures.teacher())).isNotEqualTo(-1);
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(p -> p.getFileName().toString()))
          .containsExactlyInAnyOrder("recipe.json", "drawn");
    }
  }

  @Test
  void nothingStaysOfATrainingThatIsCancelledAtOnce() throws IOException {
    TrainingRequest request = request("cancelled");
    assertThatThrownBy(() -> new TorchTrainer(torch, tools, machine).train(
        new Trainer.Job(request, false), heard::add, new Trainer.Control() {
          @Override
          public boolean cancelled() {
            return heard.stream().anyMatch(p -> p.stage() == Stage.TRAINING);
          }

          @Override
          public boolean paused() {
            return false;
          }
        })).isInstanceOf(CancellationException.class);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(p -> p.getFileName().toString())).containsExactly("recipe.json");
    }
  }
}

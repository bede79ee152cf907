package io.granular.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.app.fake.FakeEngine;
import io.granular.app.fake.FakeTraining;
import io.granular.app.harness.Fx;
import io.granular.app.session.Side;
import io.granular.engine.run.RunRequest;
import io.granular.engine.train.Economy;
import io.granular.engine.train.Learning;
import io.granular.engine.train.Length;
import io.granular.engine.train.Objective;
import io.granular.engine.train.Trained;
import io.granular.engine.train.TrainingRequest;
import java.nio.file.Path;
import java.util.List;
import javafx.scene.Node;
import javafx.scene.control.MenuButton;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training from the choice of a recipe to the comparison, on the fake engine. */
class TrainTest {
  @TempDir
  Path folder;

  private final FakeEngine engine = new FakeEngine();

  @Test
  void withWhatIsFilledInItIsEstimatedTrainedAndCompared() {
    try (StudioHarness studio = new StudioHarness(engine, folder).opened()) {
      assertThat(engine.estimates()).as("nobody has asked yet").isEmpty();
      TrainHarness train = new TrainHarness(studio).open();
      assertThat(train.text("#train-recipe")).isEqualTo("W3 weight-only, groups of 32");
      assertThat(train.text("#train-estimate-state")).isEqualTo("estimated");
      assertThat(studio.texts("#train-estimate .value"))
          .containsExactly("≈\u00a010\u00a0min 00\u00a0s", "≈\u00a01.90\u00a0GB", "≈\u00a01,200",
              "5.20\u00a0M");

      FakeTraining training = train.start(engine);
      TrainingRequest request = training.request();
      assertThat(request.model()).isEqualTo("demo");
      assertThat(request.recipe()).isEqualTo("w3-g32");
      assertThat(request.length()).isEqualTo(Length.ofMinutes(10));
      assertThat(request.learning()).isEqualTo(Learning.USUAL);
      assertThat(request.objective()).isEqualTo(Objective.USUAL);
      assertThat(request.trained()).isEqualTo(Trained.USUAL);
      assertThat(request.economy()).isEqualTo(Economy.NONE);
      assertThat(request.to()).isEqualTo(
          folder.resolve("config/trained/emoji-128-w3-weight-only-groups-of-32").toAbsolutePath());
      assertThat(request.preview().prompt()).isEqualTo(studio.session().prompt().get());
      assertThat(request.preview().seed()).isEqualTo(42);
      assertThat(train.text("#train-state")).isEqualTo("Waiting");
      training.begin();
      training.learn(120);
      Fx.await("step 120", () -> studio.text("#train-count").equals("step 120 of about 480"));
      assertThat(train.text("#train-state")).isEqualTo("Training");
      assertThat(train.text("#train-left")).isEqualTo("3\u00a0min 00\u00a0s left");
      assertThat(studio.texts("#train-run .value").getFirst()).isEqualTo("0.00675");
      assertThat(studio.texts("#train-run .value").get(1)).isEqualTo("52\u00a0% less");
      Fx.await("the picture", () -> studio.texts("#train-student")
          .equals(List.of("Student after 120 steps")));
      assertThat(studio.texts("#train-likeness").getFirst()).matches("PSNR \\d+\\.\\d dB");
      assertThat(train.disabled("#train-which")).as("what is trained cannot be changed").isTrue();

      training.learn(480);
      training.finish(false);
      Fx.await("done", () -> studio.visible("#train-result"));
      Fx.settle();
      assertThat(studio.texts("#train-result .value").subList(0, 2))
          .containsExactly("0.00322", "77\u00a0% less");
      train.press("#train-compare");
      assertThat(studio.visible(".compare-stage")).isTrue();
      studio.compared();
      assertThat(engine.requests()).extracting(RunRequest::model)
          .containsExactly("demo", request.to().toString());
      assertThat(engine.requests()).extracting(RunRequest::recipe)
          .containsExactly("w3-g32", request.to().resolve("recipe.json").toString());
      assertThat(train.text("#recipe-B")).isEqualTo("W3 weight-only, groups of 32, trained");
      assertThat(train.text("#weights-of-B"))
          .isEqualTo("Trained weights: emoji-128-w3-weight-only-groups-of-32");
      assertThat(studio.visible("#weights-of-A")).isFalse();
      train.press("#untrained-B");
      assertThat(studio.visible("#weights-of-B")).isFalse();
      studio.press(KeyCode.F5);
      Fx.await("untrained", () -> engine.requests().size() == 3);
      assertThat(engine.requests().getLast().model()).isEqualTo("demo");
      studio.idle();
      studio.click("#nav-models");
      assertThat(studio.texts(".model-card .muted")).contains(request.to().toString());
    }
  }

  @Test
  void itGoesOnAcrossScreensAndIsPausedResumedAndStopped() {
    try (StudioHarness studio = new StudioHarness(engine, folder).opened()) {
      TrainHarness train = new TrainHarness(studio).open();
      FakeTraining training = train.start(engine);
      training.begin();
      training.learn(60);
      studio.click("#nav-jobs");
      Fx.await("listed", () -> studio.texts(".job-card .badge").equals(List.of("60 of 480")));
      assertThat(studio.text(".count-badge")).isEqualTo("1");
      assertThat(studio.texts(".job-card .card-title"))
          .containsExactly("Train W3 weight-only, groups of 32");
      studio.press(KeyCode.F5);
      assertThat(studio.texts(".notice .title")).contains("The run waits for the training");
      studio.click("#nav-train");
      Fx.await("still there", () -> studio.text("#train-count").equals("step 60 of about 480"));
      train.press("#train-pause");
      assertThat(train.text("#train-state")).isEqualTo("Pausing…");
      training.obey();
      Fx.await("paused", () -> studio.text("#train-state").equals("Paused"));
      studio.click("#nav-jobs");
      assertThat(studio.texts(".job-card .badge")).contains("Paused");
      studio.click("#nav-train");
      train.press("#train-pause");
      training.obey();
      Fx.await("goes on", () -> studio.text("#train-state").equals("Training"));
      training.learn(100);
      train.press("#train-stop");
      assertThat(train.text("#train-state")).isEqualTo("Stopping…");
      assertThat(train.text("#train-stop")).isEqualTo("Stop at once");
      assertThat(training.cancels()).isOne();
      studio.click("#nav-jobs");
      training.finish(true);
      Fx.await("told on other screens",
          () -> studio.texts(".notice .title").contains("The training is done"));
      assertThat(studio.texts(".job-card .badge").getFirst()).startsWith("Finished in");
      studio.click("#nav-train");
      Fx.await("done", () -> studio.visible("#train-result"));
      Fx.settle();
      assertThat(studio.texts("#train-result .caption")).contains("for 100 steps, ended early");
      train.press("#train-again");
      train.estimated();
      assertThat(engine.estimates().getLast().to()).as("the first folder is taken")
          .hasFileName("emoji-128-w3-weight-only-groups-of-32-2");
    }
  }

  @Test
  void stoppedInTheListOfJobsBeforeAnythingWasBetter() {
    try (StudioHarness studio = new StudioHarness(engine, folder).opened()) {
      TrainHarness train = new TrainHarness(studio).open();
      FakeTraining training = train.start(engine);
      training.begin();
      studio.click("#nav-jobs");
      train.press("#jobs-cancel-all");
      Fx.await("asked", () -> training.cancels() == 1);
      studio.click("#nav-train");
      assertThat(train.text("#train-state")).isEqualTo("Stopping…");
      train.press("#train-stop");
      assertThat(training.cancels()).as("asked again").isEqualTo(2);
      training.end();
      Fx.await("told", () -> studio.visible("#train-ended"));
      assertThat(studio.visible("#train-start")).isTrue();
    }
  }

  @Test
  void everythingChosenReachesTheEngine() {
    try (StudioHarness studio = new StudioHarness(engine, folder).opened()) {
      TrainHarness train = new TrainHarness(studio).open();
      train.segment("#train-which", 2);
      train.estimated();
      assertThat(train.text("#train-estimate-state")).isEqualTo("something is missing");
      assertThat(train.disabled("#train-start")).isTrue();
      train.type("#train-patterns", "unet.**.{attn1,attn2}.**, unet.mid_block.**");
      train.choose("#train-method", "LOW_RANK");
      train.number("#train-rank", 8.0);
      train.segment("#train-source", 1);
      train.type("#train-pictures", folder.toString());
      train.number("#train-dropout", 0.2);
      train.segment("#train-unit", 1);
      train.number("#train-steps", 321.0);
      train.number("#train-rate", 2.5e-5);
      train.number("#train-batch", 4.0);
      train.number("#train-accumulation", 3.0);
      train.number("#train-min-snr", 5.0);
      train.number("#train-seed", 1234567.0);
      train.number("#train-checkpoints", 2.5);
      train.press("#train-recompute");
      train.press("#train-average");
      Path to = folder.resolve("mine").toAbsolutePath();
      train.type("#train-to", to.toString());
      train.estimated();
      assertThat(studio.texts("#train-estimate .caption")).contains("steps of 3.00\u00a0s");
      TrainingRequest request = train.start(engine).request();
      assertThat(request.trained()).isEqualTo(new Trained(new Trained.What.LowRank(8),
          List.of("unet.**.{attn1,attn2}.**", "unet.mid_block.**"), false));
      assertThat(request.objective()).isEqualTo(new Objective.NoisePrediction(folder, 0.2));
      assertThat(request.length()).isEqualTo(Length.ofSteps(321));
      assertThat(request.learning()).isEqualTo(new Learning(2.5e-5, null, 4, 3, 5.0));
      assertThat(request.economy()).isEqualTo(new Economy(true, false));
      assertThat(request.seed()).isEqualTo(1234567);
      assertThat(request.checkpointMinutes()).isEqualTo(2.5);
      assertThat(request.to()).isEqualTo(to);
    }
  }

  @Test
  void blocksAndPromptsAreDistilledOn() {
    try (StudioHarness studio = new StudioHarness(engine, folder).opened()) {
      TrainHarness train = new TrainHarness(studio).open();
      train.choose("#train-method", "WEIGHTS_AND_SCALES");
      train.press("#train-everything");
      train.type("#train-prompts", folder.resolve("prompts.txt").toString());
      assertThat(studio.visible("#train-feature-weight")).isFalse();
      train.type("#train-features", "unet.mid_block");
      assertThat(studio.visible("#train-feature-weight")).isTrue();
      train.number("#train-feature-weight", 0.5);
      train.estimated();
      TrainingRequest request = train.start(engine).request();
      assertThat(request.objective()).isEqualTo(new Objective.Distillation(
          folder.resolve("prompts.txt"), List.of("unet.mid_block"), 0.5));
      assertThat(request.trained())
          .isEqualTo(new Trained(new Trained.What.Weights(true), List.of(), true));
    }
  }

  @Test
  void aRecipeThatMarksModulesIsSuggestedAndOnlyTheyAreTrained() {
    try (StudioHarness studio = new StudioHarness(engine, folder).opened()) {
      ModulesHarness modules = new ModulesHarness(studio).open(Side.B);
      modules.select("unet/mid_block/resnets.0");
      studio.click(() -> studio.stage().getScene().lookup("#edit-method").lookup(".last"));
      modules.planned(Side.B, "edited");
      TrainHarness train = new TrainHarness(studio).open();
      assertThat(train.text("#train-recipe")).isEqualTo("W8A8 dynamic, edited");
      Fx.await("counted", () -> studio.text("#train-counts").contains("2 of "));
      assertThat(Fx.get(() -> studio.find("#train-which", Node.class)
          .lookupAll(".toggle-button")
          .stream()
          .filter(Node::isDisabled)
          .count())).as("all is not possible").isOne();
      Fx.run(() -> {
        MenuButton menu = studio.find("#train-recipe", MenuButton.class);
        menu.getItems()
            .stream()
            .filter(item -> item.getStyleClass().contains("recipe-item"))
            .reduce((_, last) -> last)
            .orElseThrow()
            .fire();
      });
      train.estimated();
      assertThat(train.text("#train-counts")).contains("none is marked");
      studio.click("#nav-compare");
      studio.click("#nav-train");
      assertThat(train.text("#train-recipe")).as("what was chosen stays")
          .isEqualTo("W3 weight-only, groups of 32");
    }
  }

  @Test
  void whatCannotBeTrainedSaysWhyBeforeAnythingRuns() {
    try (StudioHarness studio = new StudioHarness(engine, folder).opened()) {
      TrainHarness train = new TrainHarness(studio).open();
      train.number("#train-batch", 64.0);
      train.estimated();
      assertThat(studio.texts("#train-estimate .note.warning")).hasSize(2)
          .anyMatch(text -> text.contains("26.7\u00a0GB"));
      assertThat(train.text("#train-start")).isEqualTo("Start anyway");
      train.number("#train-batch", null);
      train.type("#train-to", "somewhere");
      train.estimated();
      assertThat(studio.texts("#train-estimate .note"))
          .containsExactly("Give files and folders with their whole path.");
      train.type("#train-to", "");
      studio.click("#nav-compare");
      studio.recipe(Side.A, "w8a8-static");
      ModulesHarness modules = new ModulesHarness(studio).open(Side.A);
      modules.select("unet/mid_block/resnets.0");
      studio.click(() -> studio.stage().getScene().lookup("#edit-method").lookup(".last"));
      modules.planned(Side.A, "edited");
      train.open();
      assertThat(train.text("#train-estimate-state")).isEqualTo("cannot be trained");
      assertThat(studio.texts("#train-estimate .note.error").getFirst())
          .contains("Take a dynamic one.");
      assertThat(train.disabled("#train-start")).isTrue();
    }
  }

  @Test
  void startedWhileItIsStillEstimatedItBeginsWithWhatWasTypedLast() {
    try (StudioHarness studio = new StudioHarness(engine, folder).opened()) {
      TrainHarness train = new TrainHarness(studio).open();
      engine.hang();
      train.number("#train-minutes", 3.0);
      train.press("#train-start");
      assertThat(engine.trainings()).isEmpty();
      engine.wake();
      Fx.await("begun", () -> engine.trainings().size() == 1);
      assertThat(engine.trainings().getFirst().request().length())
          .isEqualTo(Length.ofMinutes(3));
      Fx.await("shown", () -> studio.visible("#train-run"));
    }
  }
}

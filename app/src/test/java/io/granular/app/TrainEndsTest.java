package io.granular.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.app.fake.FakeEngine;
import io.granular.app.fake.FakeTraining;
import io.granular.app.harness.Fx;
import io.granular.app.modules.ModulesScreen.Measuring;
import io.granular.engine.run.RunRequest;
import io.granular.engine.studio.TrainingOutcome;
import io.granular.engine.train.Length;
import io.granular.engine.train.Trained;
import io.granular.engine.train.TrainingRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javafx.scene.chart.LineChart;
import javafx.scene.chart.XYChart;
import javafx.scene.control.Button;
import javafx.scene.control.Slider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a training ends, is resumed, and what is done with what came of it, on the fake engine. */
class TrainEndsTest {
  @TempDir
  Path folder;

  private final FakeEngine engine = new FakeEngine();

  @Test
  void aTrainedModelIsHeldToFullPrecisionAndOpened() {
    try (StudioHarness studio = new StudioHarness(engine, folder).opened()) {
      TrainHarness train = new TrainHarness(studio).open();
      FakeTraining training = train.start(engine);
      training.begin();
      training.learn(80);
      training.finish(false);
      Fx.await("done", () -> studio.visible("#train-result"));
      train.press("#train-compare-exact");
      studio.compared();
      assertThat(engine.requests()).extracting(RunRequest::recipe)
          .containsExactly("fp32", training.request().to().resolve("recipe.json").toString());
      // Another model has no use for these weights, and the first one has again.
      Fx.run(() -> studio.studio().open("/models/harbour"));
      Fx.await("opened", () -> studio.session().model().get().equals("/models/harbour"));
      assertThat(studio.visible("#weights-of-B")).isFalse();
      studio.click("#nav-train");
      train.press("#train-compare");
      Fx.await("back", () -> studio.session().model().get().equals("demo"));
      assertThat(studio.visible("#weights-of-B")).isTrue();
      studio.click("#nav-train");
      train.press("#train-open");
      Fx.await("opened", () -> studio.session()
          .model()
          .get()
          .equals(training.request().to().toString()));
      assertThat(studio.visible(".model-card")).isTrue();
    }
  }

  @Test
  void aFailedTrainingStaysWithItsReasonAndCanBeTriedAgain() {
    try (StudioHarness studio = new StudioHarness(engine, folder).opened()) {
      TrainHarness train = new TrainHarness(studio).open();
      FakeTraining training = train.start(engine);
      training.begin();
      training.learn(10);
      training.fail(new TrainingOutcome.Failed("The loss became NaN at step 11.",
          "Take a smaller learning rate.", "line 1"));
      Fx.await("told", () -> studio.visible("#train-failure"));
      assertThat(studio.texts("#train-failure .label")).contains(
          "Training failed: W3 weight-only, groups of 32", "The loss became NaN at step 11.",
          "Take a smaller learning rate.");
      train.number("#train-rate", 1e-5);
      train.estimated();
      assertThat(train.start(engine).request().learning().rate()).isEqualTo(1e-5);
      studio.click("#nav-jobs");
      assertThat(studio.texts(".job-card .badge.failed")).containsExactly("Failed");
    }
  }

  @Test
  void anInterruptedTrainingIsOfferedResumedOrThrownAway() {
    TrainingRequest request = TrainingRequest.usual("demo", "w3-g32",
        folder.resolve("one").toAbsolutePath(), Length.ofMinutes(4));
    engine.interrupt(request);
    engine.interrupt(TrainingRequest.usual("demo", "w8", folder.resolve("two").toAbsolutePath(),
        Length.ofSteps(900)));
    try (StudioHarness studio = new StudioHarness(engine, folder).opened()) {
      Fx.await("a notice", () -> studio.texts(".notice .title")
          .contains("A training was interrupted"));
      TrainHarness train = new TrainHarness(studio).open();
      assertThat(studio.texts("#train-interrupted .card-title"))
          .containsExactly("Interrupted: W3 weight-only, groups of 32",
              "Interrupted: W8 weight-only");
      assertThat(studio.texts("#train-interrupted .caption"))
          .contains("4 min · learning rate 1e-4 · batch 2 · Full-precision model",
              "42\u00a0% done, 200 steps · 0.0140 → 0.00520, 63\u00a0% less");
      Fx.run(() -> ((Button) List
          .copyOf(studio.stage().getScene().getRoot().lookupAll(".train-discard"))
          .getLast()).fire());
      Fx.settle();
      assertThat(studio.texts("#train-interrupted .card-title")).as("asked first").hasSize(2);
      train.press(".train-discard-really");
      Fx.await("one left", () -> studio.texts("#train-interrupted .card-title").size() == 1);
      train.press(".train-resume");
      Fx.await("resumed", () -> engine.trainings().size() == 1 && studio.visible("#train-run"));
      engine.trainings().getFirst().begin();
      engine.trainings().getFirst().learn(280);
      Fx.await("goes on", () -> studio.text("#train-count").equals("step 280 of about 480"));
      LineChart<?, ?> chart = studio.find("#train-curve", LineChart.class);
      assertThat(Fx.get(() -> ((XYChart.Data<?, ?>) chart.getData()
          .getFirst()
          .getData()
          .getFirst()).getXValue())).isEqualTo(201.0);
    }
  }

  @Test
  void earlierPicturesCanBeLookedAt() {
    try (StudioHarness studio = new StudioHarness(engine, folder).opened()) {
      TrainHarness train = new TrainHarness(studio).open();
      FakeTraining training = train.start(engine);
      training.begin();
      training.learn(40);
      Fx.await("the newest",
          () -> studio.texts("#train-student").equals(List.of("Student after 40 steps")));
      Fx.run(() -> studio.find("#train-preview-slider", Slider.class).setValue(0));
      Fx.await("the first",
          () -> studio.texts("#train-student").equals(List.of("Student, untrained")));
      training.learn(80);
      Fx.await("step 80", () -> studio.text("#train-count").equals("step 80 of about 480"));
      Fx.settle();
      assertThat(train.text("#train-student")).as("it stays where somebody looks")
          .isEqualTo("Student, untrained");
    }
  }

  @Test
  void aTrainedSideComesBackWithTheSession() {
    try (StudioHarness studio = new StudioHarness(engine, folder).opened()) {
      TrainHarness train = new TrainHarness(studio).open();
      FakeTraining training = train.start(engine);
      training.begin();
      training.learn(80);
      training.finish(false);
      Fx.await("done", () -> studio.visible("#train-result"));
      train.press("#train-compare");
      studio.compared();
    }
    try (StudioHarness studio = new StudioHarness(new FakeEngine(), new Measuring(null), folder,
        Locale.ENGLISH).opened()) {
      assertThat(studio.texts("#weights-of-B").getFirst()).startsWith("Trained weights: emoji-128");
      Fx.await("named", () -> studio.text("#recipe-B").endsWith(", trained"));
    }
  }
}

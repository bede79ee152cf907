package io.granular.engine.studio.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import io.granular.engine.analyze.AnalysisRequest;
import io.granular.engine.analyze.AnalysisResult;
import io.granular.engine.analyze.AnalysisResult.Effect;
import io.granular.engine.analyze.Grouping;
import io.granular.engine.metric.Interval;
import io.granular.engine.plan.Audit;
import io.granular.engine.run.RunProgress;
import io.granular.engine.run.RunProgress.Stage;
import io.granular.engine.run.RunRequest;
import io.granular.engine.run.RunRequest.TensorRef;
import io.granular.engine.run.RunResult;
import io.granular.engine.run.SamplerChoice;
import io.granular.engine.studio.AnalysisOutcome;
import io.granular.engine.studio.RunOutcome;
import io.granular.engine.studio.TrainingOutcome;
import io.granular.engine.train.TrainingResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WireFormatTest {
  private final Gson gson = gson();

  private static Gson gson() {
    GsonBuilder builder = new GsonBuilder();
    WireFormat.configure(builder);
    return builder.create();
  }

  private static RunRequest full() {
    return new RunRequest("a folder", Path.of("config"), "w8a8", "prompt \"ü\" 鳥", "", -1L, 20, 7.5,
        512, 768, new SamplerChoice("euler", "trailing", "karras", true, "v"), 2,
        new TensorRef(Path.of("x.safetensors"), "noise"), new TensorRef(Path.of("y"), null), true,
        Path.of("out"));
  }

  private static RunRequest bare() {
    return new RunRequest("demo", null, "fp32", "", "", Long.MAX_VALUE, null, null, null, null,
        SamplerChoice.MODEL_DEFAULT, 0, null, null, false, Path.of("out"));
  }

  static Stream<RunOutcome> outcomes() {
    RunResult result = new RunResult(full(), Path.of("a.png"), List.of(Path.of("b.png")),
        Path.of("c"), new RunResult.Seconds(1, 0.1, 0.01, List.of(1e-9, 2.5), 3, 5),
        new RunResult.Bytes(1L << 40, 2, 3), new RunResult.Memory(1, 2, 3, 4, 5, 6),
        Map.of("onednn-fp32", 7), List.of("unet.conv_in"),
        new Audit(9, 2, List.of(new Audit.Mismatch("unet.x.weight", "bytes", "4", "8"))),
        List.of("note"));
    return Stream.of(new RunOutcome.Finished(result), new RunOutcome.Cancelled(),
        new RunOutcome.Failed("what", "remedy", "log\nlog"));
  }

  @ParameterizedTest
  @MethodSource("outcomes")
  void outcomesComeBackAsTheyWere(RunOutcome outcome) {
    assertThat(gson.fromJson(gson.toJson(outcome), RunOutcome.class)).isEqualTo(outcome);
  }

  @Test
  void requestsComeBackAsTheyWere() {
    for (RunRequest request : List.of(full(), bare())) {
      assertThat(gson.fromJson(gson.toJson(request), RunRequest.class)).isEqualTo(request);
    }
  }

  @Test
  void unknownTimesComeBackUnknown() {
    RunProgress progress = new RunProgress(Stage.LOADING, 0, 20, 0.5, Double.NaN, null);
    assertThat(gson.fromJson(gson.toJson(progress), RunProgress.class)).isEqualTo(progress);
  }

  @Test
  void trainingKeepsItsLosses() {
    RunProgress progress = new RunProgress(Stage.TRAINING, 3, 20, 0.5, 2, null,
        new RunProgress.Learning(0.1, 0.3, 0.2, 0.15, 2, 1e-4, 0.4,
            new RunProgress.Pictures(Path.of("/s.png"), Path.of("/t.png"), 2)));
    assertThat(gson.fromJson(gson.toJson(progress), RunProgress.class)).isEqualTo(progress);
    TrainingOutcome outcome = new TrainingOutcome.Finished(
        new TrainingResult(Path.of("/trained"), Path.of("/trained/recipe.json"), 2, 1000, 3, 1.5,
            0.3, 0.15, 2, true, List.of(new TrainingResult.Point(0, 0, Double.NaN, 0.3)),
            List.of()));
    assertThat(gson.fromJson(gson.toJson(outcome, TrainingOutcome.class), TrainingOutcome.class))
        .isEqualTo(outcome);
  }

  @Test
  void anUnknownOutcomeIsNamed() {
    assertThatThrownBy(() -> gson.fromJson("{\"lost\": {}}", RunOutcome.class))
        .isInstanceOf(JsonParseException.class)
        .hasMessageContaining("'lost'");
  }

  @Test
  void analysesComeBackAsTheyWere() {
    Interval interval = new Interval(0.5, Double.NaN, Double.NaN, 1);
    Effect effect =
        new Effect(interval, Interval.NONE, Double.POSITIVE_INFINITY, Interval.NONE);
    AnalysisOutcome outcome = new AnalysisOutcome.Finished(new AnalysisResult("demo", "w8", "{}",
        "latents", Grouping.BLOCK, List.of("p"), List.of(1L), 4, 1, effect, null,
        List.of(new AnalysisResult.UnitScore("u", List.of("m"), 5, null, interval)),
        List.of(981.0),
        List.of(new AnalysisResult.LayerSqnr("m", List.of(Double.POSITIVE_INFINITY))),
        List.of(interval), List.of(new AnalysisResult.Floor("bf16", effect)), 2, List.of("n")));

    assertThat(gson.fromJson(gson.toJson(outcome, AnalysisOutcome.class), AnalysisOutcome.class))
        .isEqualTo(outcome);
  }

  @Test
  void analysisRequestsComeBackAsTheyWere() {
    AnalysisRequest request = AnalysisRequest.quick("demo", "w8");

    assertThat(gson.fromJson(gson.toJson(request), AnalysisRequest.class)).isEqualTo(request);
  }
}

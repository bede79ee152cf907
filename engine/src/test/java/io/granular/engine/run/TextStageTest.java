package io.granular.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.engine.lower.KernelProbe;
import io.granular.engine.lower.Kernels;
import io.granular.engine.lower.Lowering;
import io.granular.engine.lower.PackTools;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.plan.BuiltInRecipes;
import io.granular.engine.plan.Plan;
import io.granular.engine.plan.Planner;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.ModelSources;
import io.granular.engine.torch.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The empty negative prompt of SDXL: zeros, or encoded, as the model says. */
class TextStageTest {
  private static final Path SDXL = Path.of("src/test/goldens/tiny-sdxl");

  @TempDir
  Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anEmptyNegativePromptIsWhatTheModelSays(boolean zeros) throws IOException {
    copyModel();
    Path index = folder.resolve("model_index.json");
    Files.writeString(index, Files.readString(index)
        .replace("\"force_zeros_for_empty_prompt\": true",
            "\"force_zeros_for_empty_prompt\": " + zeros));
    try (Torch torch = Torch.start(2);
        PackTools tools = PackTools.compile();
        ModelSource model = ModelSources.open(folder.toString(), null)) {
      PipelineGraphs graphs = PipelineGraphs.of(model);
      Plan plan = new Planner(new Kernels(KernelProbe.probe(torch).capabilities()))
          .plan(new BuiltInRecipes().open("fp32"), graphs, model);
      try (LoadedPipeline pipeline =
          new LoadedPipeline(new Lowering(torch, tools), graphs, plan, 2, 16, 16);
          TextStage stage = pipeline.text(torch, model)) {
        Conditioning text = stage.encode("", "", true, 128, 128);
        float[] pooled = Objects.requireNonNull(text.pooled());
        assertNegative(text.hidden(), zeros);
        assertNegative(pooled, zeros);
      }
    }
  }

  /** Both prompts are empty: what is encoded for one is the other, and is not zero. */
  private static void assertNegative(float[] joined, boolean zeros) {
    float[] negative = Arrays.copyOf(joined, joined.length / 2);
    float[] positive = Arrays.copyOfRange(joined, joined.length / 2, joined.length);
    assertThat(positive).isNotEqualTo(new float[positive.length]);
    assertThat(negative).isEqualTo(zeros ? new float[negative.length] : positive);
  }

  private void copyModel() throws IOException {
    try (Stream<Path> files = Files.walk(SDXL)) {
      for (Path file : files.filter(f -> !SDXL.relativize(f).startsWith("expected")).toList()) {
        Path copy = folder.resolve(SDXL.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    }
  }
}

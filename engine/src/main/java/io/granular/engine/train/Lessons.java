package io.granular.engine.train;

import io.granular.engine.lower.StudentNetwork.Lesson;
import io.granular.engine.run.Conditioning;
import io.granular.engine.run.Rollouts;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Tensor;
import io.granular.engine.train.Trajectories.Evaluated;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Joins evaluations to batches. */
final class Lessons {
  private final Rollouts rollouts;
  private final long channels;
  private final long height;
  private final long width;
  private final @Nullable Double minSnr;

  /** @param minSnr gamma of the weighting; null weighs all timesteps alike */
  Lessons(Rollouts rollouts, int channels, @Nullable Double minSnr) {
    Map<String, Long> sizes = rollouts.sizes("unet");
    this.rollouts = rollouts;
    this.channels = channels;
    this.height = Objects.requireNonNull(sizes.get("height"));
    this.width = Objects.requireNonNull(sizes.get("width"));
    this.minSnr = minSnr;
  }

  /** One batch: all samples of all evaluations, one after the other. */
  Lesson of(Scope scope, List<Evaluated> evaluations) {
    Conditioning first = evaluations.getFirst().text();
    int each = first.batch();
    long batch = (long) each * evaluations.size();
    float[] timesteps = new float[(int) batch];
    float[] importance = new float[(int) batch];
    for (int i = 0; i < batch; i++) {
      double timestep = evaluations.get(i / each).timestep();
      timesteps[i] = (float) timestep;
      importance[i] = minSnr == null ? 1 : (float) rollouts.minSnrWeight(timestep, minSnr);
    }
    long[] shape = {batch, channels, height, width};
    Map<String, Tensor> arguments = new LinkedHashMap<>();
    arguments.put("sample", scope.of(joined(evaluations, e -> repeated(e.input(), each)), shape));
    arguments.put("timestep", scope.of(timesteps, batch));
    arguments.put("encoder_hidden_states",
        scope.of(joined(evaluations, e -> e.text().hidden()), batch, first.tokens(),
            first.width()));
    if (first.pooled() != null && first.timeIds() != null) {
      float[] pooled =
          joined(evaluations, e -> Objects.requireNonNull(e.text().pooled()));
      arguments.put("text_embeds", scope.of(pooled, batch, pooled.length / batch));
      arguments.put("time_ids",
          scope.of(joined(evaluations, e -> Objects.requireNonNull(e.text().timeIds())), batch, 6));
    }
    return new Lesson(arguments, scope.of(joined(evaluations, Evaluated::answer), shape),
        scope.of(importance, batch));
  }

  private static float[] repeated(float[] values, int times) {
    float[] all = Arrays.copyOf(values, values.length * times);
    for (int i = 1; i < times; i++) {
      System.arraycopy(values, 0, all, i * values.length, values.length);
    }
    return all;
  }

  private static float[] joined(List<Evaluated> evaluations, Function<Evaluated, float[]> part) {
    List<float[]> parts = evaluations.stream().map(part).toList();
    float[] all = new float[parts.stream().mapToInt(p -> p.length).sum()];
    int at = 0;
    for (float[] p : parts) {
      System.arraycopy(p, 0, all, at, p.length);
      at += p.length;
    }
    return all;
  }
}

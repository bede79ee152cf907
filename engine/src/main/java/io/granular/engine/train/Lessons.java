package io.granular.engine.train;

import io.granular.engine.lower.Evaluation;
import io.granular.engine.lower.StudentNetwork.Lesson;
import io.granular.engine.run.Conditioning;
import io.granular.engine.run.Rollouts;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Joins evaluations to batches. */
final class Lessons {
  private final Rollouts rollouts;
  private final IntFunction<Conditioning> texts;
  private final long channels;
  private final long height;
  private final long width;
  private final @Nullable Double minSnr;
  private final List<String> features;
  private final @Nullable Evaluation teacher;

  /**
   * @param texts by number
   * @param minSnr gamma of the weighting; null weighs all timesteps alike
   * @param features results of the teacher besides the prediction that are to be learned, by name
   * @param teacher who gives them; null if there are none
   */
  Lessons(Rollouts rollouts, IntFunction<Conditioning> texts, int channels, @Nullable Double minSnr,
      List<String> features, @Nullable Evaluation teacher) {
    Map<String, Long> sizes = rollouts.sizes("unet");
    this.rollouts = rollouts;
    this.texts = texts;
    this.channels = channels;
    this.height = Objects.requireNonNull(sizes.get("height"));
    this.width = Objects.requireNonNull(sizes.get("width"));
    this.minSnr = minSnr;
    this.features = features;
    this.teacher = teacher;
  }

  /**
   * One batch: all samples of all evaluations, one after the other.
   *
   * @param featured whether targets of features are wanted too
   */
  Lesson of(Scope scope, List<Evaluated> evaluations, boolean featured) {
    Conditioning first = text(evaluations.getFirst());
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
        scope.of(joined(evaluations, e -> text(e).hidden()), batch, first.tokens(),
            first.width()));
    if (first.pooled() != null && first.timeIds() != null) {
      float[] pooled =
          joined(evaluations, e -> Objects.requireNonNull(text(e).pooled()));
      arguments.put("text_embeds", scope.of(pooled, batch, pooled.length / batch));
      arguments.put("time_ids",
          scope.of(joined(evaluations, e -> Objects.requireNonNull(text(e).timeIds())), batch, 6));
    }
    return new Lesson(arguments, scope.of(joined(evaluations, Evaluated::answer), shape),
        scope.of(importance, batch), featured ? targets(scope, evaluations) : List.of());
  }

  /** Asks the teacher once more: to keep the features of all evaluations would take much memory. */
  private List<Tensor> targets(Scope scope, List<Evaluated> evaluations) {
    if (features.isEmpty()) {
      return List.of();
    }
    Evaluation asked = Objects.requireNonNull(teacher);
    List<List<float[]>> parts = new ArrayList<>();
    List<long[]> shapes = new ArrayList<>();
    for (Evaluated evaluation : evaluations) {
      try (Scope own = scope.child()) {
        Map<String, Tensor> results =
            asked.run(own, of(own, List.of(evaluation), false).arguments());
        for (int i = 0; i < features.size(); i++) {
          Tensor result = Objects.requireNonNull(results.get(features.get(i)));
          if (parts.size() == i) {
            parts.add(new ArrayList<>());
            shapes.add(result.shape());
          }
          parts.get(i).add(result.floats());
        }
      }
    }
    List<Tensor> targets = new ArrayList<>();
    for (int i = 0; i < features.size(); i++) {
      long[] shape = shapes.get(i);
      shape[0] *= evaluations.size();
      targets.add(scope.of(joined(parts.get(i)), shape));
    }
    return targets;
  }

  private Conditioning text(Evaluated evaluation) {
    return texts.apply(evaluation.text());
  }

  private static float[] repeated(float[] values, int times) {
    float[] all = Arrays.copyOf(values, values.length * times);
    for (int i = 1; i < times; i++) {
      System.arraycopy(values, 0, all, i * values.length, values.length);
    }
    return all;
  }

  private static float[] joined(List<Evaluated> evaluations, Function<Evaluated, float[]> part) {
    return joined(evaluations.stream().map(part).toList());
  }

  private static float[] joined(List<float[]> parts) {
    float[] all = new float[parts.stream().mapToInt(p -> p.length).sum()];
    int at = 0;
    for (float[] p : parts) {
      System.arraycopy(p, 0, all, at, p.length);
      at += p.length;
    }
    return all;
  }
}

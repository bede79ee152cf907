package io.granular.engine.analyze;

import io.granular.engine.metric.RgbImage;
import io.granular.engine.run.Conditioning;
import io.granular.engine.run.Rollouts.Rollout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One prompt and seed in full precision, what everything is compared with.
 *
 * @param prompt its text
 * @param seed of the noise
 * @param text the prompt encoded
 * @param trajectory from noise to picture
 * @param predictions of single evaluations along the trajectory, for quick analyses; else empty
 * @param picture decoded; null for quick analyses
 */
record Sample(String prompt, long seed, Conditioning text, Rollout trajectory,
    List<float[]> predictions, @Nullable RgbImage picture) {}

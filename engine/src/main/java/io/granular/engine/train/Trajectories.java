package io.granular.engine.train;

import io.granular.engine.lower.Evaluation;
import io.granular.engine.run.Conditioning;
import io.granular.engine.run.Rollouts;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The teacher at work: what it is given along its own trajectories, and what it answers. */
final class Trajectories {
  private final Rollouts rollouts;
  private final Evaluation teacher;

  Trajectories(Rollouts rollouts, Evaluation teacher) {
    this.rollouts = rollouts;
    this.teacher = teacher;
  }

  /**
   * Follows one trajectory.
   *
   * @param number of the prompt
   * @param check called before every evaluation; may throw to stop
   */
  List<Evaluated> follow(int number, Conditioning text, long seed, Runnable check) {
    List<float[]> answers = new ArrayList<>();
    Evaluation recorded = (scope, arguments) -> {
      var results = teacher.run(scope, arguments);
      answers.add(Objects.requireNonNull(results.get("sample")).floats());
      return results;
    };
    List<float[]> inputs = rollouts.run(recorded, text, seed, check).inputs();
    double[] timesteps = rollouts.timesteps();
    List<Evaluated> evaluated = new ArrayList<>();
    for (int i = 0; i < timesteps.length; i++) {
      evaluated.add(new Evaluated(number, inputs.get(i), timesteps[i], answers.get(i)));
    }
    return evaluated;
  }
}

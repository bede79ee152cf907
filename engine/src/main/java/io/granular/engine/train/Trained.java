package io.granular.engine.train;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/**
 * What changes in training.
 *
 * @param what numbers of the chosen modules
 * @param modules patterns of full module names; of the modules that could be trained only those that one of them matches;
 *     empty for all
 * @param everything whether modules that stay in floating point are trained too: norms, embeddings of time and what the
 *     recipe keeps
 */
public record Trained(What what, List<String> modules, boolean everything) {
  /** All weights and biases of the modules that become integers. */
  public static final Trained USUAL = new Trained(new What.Weights(false), List.of(), false);

  /** @throws IllegalArgumentException if everything is to be trained without weights */
  public Trained {
    modules = List.copyOf(modules);
    if (everything && !(what instanceof What.Weights)) {
      throw new IllegalArgumentException("modules that stay in floating point have weights to "
          + "train, and neither scales nor low-rank corrections");
    }
  }

  /** The numbers of a module that change. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({@JsonSubTypes.Type(value = What.Weights.class, name = "weights"),
      @JsonSubTypes.Type(value = What.Scales.class, name = "scales"),
      @JsonSubTypes.Type(value = What.LowRank.class, name = "low_rank")})
  public sealed interface What {
    /**
     * Weights and biases.
     *
     * @param learnedScales whether step sizes are learned too (LSQ), instead of following the weights' extent
     */
    record Weights(boolean learnedScales) implements What {}

    /** Step sizes alone (LSQ); weights stay. */
    record Scales() implements What {}

    /**
     * A low-rank correction of each weight (LoRA), merged into it when the model is written.
     *
     * @param rank of the correction
     */
    record LowRank(int rank) implements What {
      /** @throws IllegalArgumentException if the rank is less than 1 */
      public LowRank {
        if (rank < 1) {
          throw new IllegalArgumentException("the rank of a correction is at least 1");
        }
      }
    }
  }
}

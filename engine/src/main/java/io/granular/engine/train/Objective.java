package io.granular.engine.train;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the student is to predict, and where the lessons come from. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({@JsonSubTypes.Type(value = Objective.Distillation.class, name = "distillation"),
    @JsonSubTypes.Type(value = Objective.NoisePrediction.class, name = "noise_prediction")})
public sealed interface Objective {
  /** Distillation of the output alone on the prompts that ship with the model and with Granular. */
  Objective USUAL = new Distillation(null, List.of(), 0);

  /**
   * What the full-precision model predicts along its own trajectories; needs no data.
   *
   * @param prompts text file with a prompt per line; null for the model's own and those that ship with Granular
   * @param features patterns of blocks, e.g. {@code unet.mid_block} or {@code unet.up_blocks.*}, whose results are compared
   *     too; empty for the network's result alone
   * @param featureWeight what the mean of the blocks' normalised errors weighs beside the result's error
   */
  record Distillation(@Nullable Path prompts, List<String> features, double featureWeight)
      implements
        Objective {
    /** @throws IllegalArgumentException if there are features without a weight */
    public Distillation {
      features = List.copyOf(features);
      if (!(featureWeight >= 0) || (!features.isEmpty() && featureWeight == 0)) {
        throw new IllegalArgumentException("features that are compared weigh more than 0");
      }
    }
  }

  /**
   * The noise, or the velocity if that is what the model predicts, in noised pictures of one's own.
   *
   * @param data folder of pictures with captions in {@code NAME.txt} beside each, or in {@code metadata.jsonl} as the
   *     datasets library has it ({@code file_name}, {@code text})
   * @param dropout share of captions that are left out, which classifier-free guidance needs
   */
  record NoisePrediction(Path data, double dropout) implements Objective {
    /** What is usual for Stable Diffusion. */
    public static final double USUAL_DROPOUT = 0.1;

    /** @throws IllegalArgumentException if the share is none */
    public NoisePrediction {
      if (!(dropout >= 0 && dropout <= 1)) {
        throw new IllegalArgumentException("the share of captions left out goes from 0 to 1");
      }
    }
  }
}

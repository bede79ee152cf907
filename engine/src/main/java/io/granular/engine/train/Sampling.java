package io.granular.engine.train;

import org.jspecify.annotations.Nullable;

/**
 * How pictures are made: of the teacher's trajectories and of previews. Null means: as the model's own configuration says.
 *
 * @param steps sampler steps
 * @param guidance classifier-free guidance scale; 1 or less is none
 * @param width pixels; also of pictures that are learned from
 * @param height pixels
 */
public record Sampling(@Nullable Integer steps, @Nullable Double guidance, @Nullable Integer width,
    @Nullable Integer height) {
  /** All as the model's own configuration says. */
  public static final Sampling MODEL_DEFAULT = new Sampling(null, null, null, null);

  /** The same without guidance. */
  Sampling unguided() {
    return new Sampling(steps, 1.0, width, height);
  }
}

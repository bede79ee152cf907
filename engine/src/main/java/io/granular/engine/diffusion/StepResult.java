package io.granular.engine.diffusion;

/**
 * What one network evaluation led to.
 *
 * @param latents the latents to go on with, {@code [c, h, w]}; after the last evaluation, the result
 * @param predictedOriginal the sampler's present guess of the clean latents, for previews
 */
public record StepResult(float[] latents, float[] predictedOriginal) {}

package io.granular.engine.train;

/**
 * One evaluation of the network.
 *
 * @param text which of the prompts, by number
 * @param input latents as the network gets them, of one sample
 * @param timestep what it is told of the noise
 * @param answer what it is to predict, for every sample of the prompt: one, or two with guidance
 */
record Evaluated(int text, float[] input, double timestep, float[] answer) {}

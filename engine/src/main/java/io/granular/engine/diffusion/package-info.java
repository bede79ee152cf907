/**
 * Samplers, noise schedules, random numbers and guidance on plain float arrays.
 * Each sampler is a short transcription of its paper and equals diffusers' scheduler of the same name.
 */
@NullMarked
package io.granular.engine.diffusion;

import org.jspecify.annotations.NullMarked;

/**
 * Quantization-aware training: a U-Net learns to live with its integers, taught by itself in full precision.
 * Lessons, schedule, the loop, and the trained model's folder.
 */
@NullMarked
package io.granular.engine.train;

import org.jspecify.annotations.NullMarked;

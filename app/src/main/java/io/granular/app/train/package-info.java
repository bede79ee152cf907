/** Quantization-aware training: what to train, what it will take, how it goes, and what came of it. */
@NullMarked
package io.granular.app.train;

import org.jspecify.annotations.NullMarked;

/**
 * Graph plus the kernel of each layer becomes TorchScript text and prepacked weights.
 * The kernels themselves, how they are probed, and what each one costs in bytes.
 */
@NullMarked
package io.granular.engine.lower;

import org.jspecify.annotations.NullMarked;

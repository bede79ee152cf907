/**
 * The arithmetic of GGML's block types: the same bytes and numbers as gguf-py's {@code quants.py}.
 * One class per block layout; {@link io.granular.engine.quant.ggml.GgmlBlocks} works on whole tensors.
 */
@NullMarked
package io.granular.engine.quant.ggml;

import org.jspecify.annotations.NullMarked;

/**
 * Quantization arithmetic: schemes, quantization parameters, packing.
 * Names and formulas follow torchao; no I/O happens here.
 */
@NullMarked
package io.granular.engine.quant;

import org.jspecify.annotations.NullMarked;

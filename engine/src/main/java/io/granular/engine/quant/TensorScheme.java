package io.granular.engine.quant;

/** How the numbers of one tensor are stored with few bits: as integers with scales, or in GGML's blocks. */
public sealed interface TensorScheme permits IntegerScheme, GgmlType {}

package io.granular.engine.quant;

/** How floats map to integers; names and formulas as torchao's {@code MappingType}. */
public enum Mapping {
  /** Zero maps to zero, scale from the largest magnitude: {@code max|x| / ((qmax - qmin) / 2)}. */
  SYMMETRIC,
  /** Zero maps to zero, scale so that neither end clips: {@code max(min/qmin, max/qmax)}. */
  SYMMETRIC_NO_CLIPPING_ERR,
  /** The range min..max maps to qmin..qmax with a zero point. */
  ASYMMETRIC
}

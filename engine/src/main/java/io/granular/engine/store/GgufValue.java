package io.granular.engine.store;

import java.util.List;

/** A value of a GGUF file's metadata. */
public sealed interface GgufValue {
  /** Integers of 8 to 64 bits; those of 64 bits unsigned are taken as signed. */
  record Whole(long value) implements GgufValue {}

  /** Floats of 32 and 64 bits. */
  record Real(double value) implements GgufValue {}

  /** Truth. */
  record Truth(boolean value) implements GgufValue {}

  /** UTF-8 text. */
  record Text(String value) implements GgufValue {}

  /** A list of values of one type. */
  record Values(List<GgufValue> values) implements GgufValue {
    public Values {
      values = List.copyOf(values);
    }
  }
}

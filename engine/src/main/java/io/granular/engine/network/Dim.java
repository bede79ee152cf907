package io.granular.engine.network;

import java.util.Map;

/** One dimension of a shape: a number, or a quantity known only when a size is chosen. */
public sealed interface Dim {
  /** A known extent. */
  record Fixed(long n) implements Dim {
    @Override
    public String toString() {
      return Long.toString(n);
    }
  }

  /** An input's extent, e.g. {@code batch}, {@code height}. */
  record Symbol(String name) implements Dim {
    @Override
    public String toString() {
      return name;
    }
  }

  /** The extent after a stride-2 convolution: {@code ceil(of / 2)}, or {@code floor} without padding. */
  record Halved(Dim of, boolean up) implements Dim {
    @Override
    public String toString() {
      return (up ? "ceil(" : "floor(") + of + "/2)";
    }
  }

  /** The extent after upsampling: {@code 2 * of}. */
  record Doubled(Dim of) implements Dim {
    @Override
    public String toString() {
      return "2*" + of;
    }
  }

  /** A flattened pair of dimensions. */
  record Product(Dim a, Dim b) implements Dim {
    @Override
    public String toString() {
      return a + "*" + b;
    }
  }

  /** A known extent. */
  static Dim of(long n) {
    return new Fixed(n);
  }

  /** An extent named by an input. */
  static Dim symbol(String name) {
    return new Symbol(name);
  }

  /**
   * The number this dimension has when the symbols have these values.
   *
   * @throws IllegalArgumentException if a symbol has no value
   */
  default long at(Map<String, Long> sizes) {
    return switch (this) {
      case Fixed f -> f.n;
      case Symbol s -> {
        Long n = sizes.get(s.name);
        if (n == null) {
          throw new IllegalArgumentException(
              "no size given for " + s.name + ", only for " + sizes.keySet());
        }
        yield n;
      }
      case Halved h -> (h.of.at(sizes) + (h.up ? 1 : 0)) / 2;
      case Doubled d -> 2 * d.of.at(sizes);
      case Product p -> Math.multiplyExact(p.a.at(sizes), p.b.at(sizes));
    };
  }
}

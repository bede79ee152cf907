package io.granular.engine.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The dimensions of a value, outermost first. */
public record Shape(List<Dim> dims) {
  public Shape {
    dims = List.copyOf(dims);
  }

  /** From dimensions. */
  public static Shape of(Dim... dims) {
    return new Shape(List.of(dims));
  }

  /** Number of dimensions. */
  public int rank() {
    return dims.size();
  }

  /** Dimension {@code i}; negative counts from the end. */
  public Dim dim(int i) {
    return dims.get(i < 0 ? dims.size() + i : i);
  }

  /** The same shape with dimension {@code i} replaced; negative counts from the end. */
  public Shape with(int i, Dim dim) {
    List<Dim> changed = new ArrayList<>(dims);
    changed.set(i < 0 ? dims.size() + i : i, dim);
    return new Shape(changed);
  }

  /** The numbers these dimensions have when the symbols have these values. */
  public long[] at(Map<String, Long> sizes) {
    return dims.stream().mapToLong(d -> d.at(sizes)).toArray();
  }

  @Override
  public String toString() {
    return dims.stream().map(Dim::toString).collect(Collectors.joining(", ", "[", "]"));
  }
}

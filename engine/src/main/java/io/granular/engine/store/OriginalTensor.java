package io.granular.engine.store;

import java.util.List;

/**
 * A tensor of an original checkpoint, and the tensors of diffusers that it is made of.
 *
 * @param name the original name
 * @param parts names within the component: one, or queries, keys and values
 * @param change what is done to them
 */
public record OriginalTensor(String name, List<String> parts, Change change) {
  public OriginalTensor {
    parts = List.copyOf(parts);
  }

  /** From diffusers' tensors to the original one. */
  public enum Change {
    /** Nothing. */
    SAME,
    /** A linear layer becomes the convolution of kernel 1 that it is: {@code [o, i]} to {@code [o, i, 1, 1]}. */
    UNSQUEEZED,
    /** One behind the other along the first axis. */
    JOINED,
    /** {@code [a, b]} to {@code [b, a]}. */
    TRANSPOSED
  }
}

package io.granular.engine.lower;

import io.granular.engine.torch.Tensor;

/** Watches layers of a network while it runs. */
@FunctionalInterface
public interface Tap {
  /**
   * What a layer is about to compute on.
   *
   * @param module full name within its network
   * @param x float32, row-major: {@code [.., in]} of a linear layer, {@code [n, in, h, w]} of a convolution before its
   *   padding. Valid only until this method returns. Layers that share an input see the same tensor
   */
  void input(String module, Tensor x);

  /**
   * What a layer has computed; called only if the network was loaded for it.
   *
   * @param y float32, row-major; valid only until this method returns
   */
  default void output(String module, Tensor y) {}
}

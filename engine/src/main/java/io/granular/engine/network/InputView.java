package io.granular.engine.network;

/**
 * How a convolution or linear layer looks at its input: layers that agree in it see the same columns.
 *
 * @param input id of the value that it reads
 * @param kernel side of a convolution's kernel, 1 for linear layers
 * @param stride of a convolution, else 1
 * @param padding of a convolution, else 0
 */
public record InputView(int input, int kernel, int stride, int padding) {
  /** That of a layer. */
  public static InputView of(Node node) {
    int input = node.inputs().getFirst().id();
    return node.op() instanceof Op.Conv2d c
        ? new InputView(input, c.kernel(), c.stride(), c.padding())
        : new InputView(input, 1, 1, 0);
  }
}

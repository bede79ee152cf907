package io.granular.engine.torch;

import java.util.stream.Collectors;

/** libtorch refused; the message is its own, shortened to the lines that say why. */
public final class TorchException extends RuntimeException {
  /**
   * @param doing what was being done
   * @param cause libtorch's exception
   */
  TorchException(String doing, Throwable cause) {
    super(doing + ": " + reason(cause), cause);
  }

  private static String reason(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return message.lines()
        .filter(l -> l.contains("Error: ") || l.contains("Unknown builtin"))
        .findFirst()
        .orElseGet(() -> message.lines()
            .filter(l -> !l.isBlank())
            .limit(6)
            .collect(Collectors.joining(" ")))
        .strip();
  }
}

package io.granular.engine.worker;

import java.util.concurrent.CompletionException;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseError;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Failures as a person reads them. */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  /** The failure's own message, which says what, where and the remedy; else its kind. */
  static String message(Throwable failure) {
    String message = failure.getMessage();
    if (message == null || message.isBlank() || isProgrammingError(failure)) {
      return "Unexpected " + failure + ".";
    }
    return message;
  }

  /** As the answer to a request that failed; the stack goes to the log. */
  static ResponseError response(Throwable failure) {
    Throwable cause = failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
    LOG.error("A request failed", cause);
    return new ResponseError(ResponseErrorCode.RequestFailed, message(cause), null);
  }

  private static boolean isProgrammingError(Throwable failure) {
    return failure instanceof NullPointerException || failure instanceof IndexOutOfBoundsException
        || failure instanceof ClassCastException || failure instanceof LinkageError;
  }
}

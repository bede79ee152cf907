package io.granular.engine.worker;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Standard output, taken for the protocol alone. Whatever else prints in this process, Java or
 * native, prints to standard error from then on.
 */
final class ProtocolOutput {
  private static final int STANDARD_OUTPUT = 1;
  private static final int STANDARD_ERROR = 2;

  private ProtocolOutput() {}

  /** Takes it; call once, before anything can print. */
  static OutputStream claim() throws IOException {
    OutputStream protocol = Native.isWindows()
        ? new FileOutputStream(FileDescriptor.out)
        : claimDescriptor();
    System.setOut(System.err);
    return new BufferedOutputStream(protocol);
  }

  /**
   * Opens the pipe behind standard output anew and points descriptor 1 at standard error, because
   * libtorch and oneDNN print with C's streams, which System.setOut does not reach.
   */
  private static OutputStream claimDescriptor() throws IOException {
    int copy = check("dup", Native.call(Native.c(), "dup", STANDARD_OUTPUT));
    OutputStream protocol = new FileOutputStream("/dev/fd/" + copy);
    check("dup2", Native.call(Native.c(), "dup2", STANDARD_ERROR, STANDARD_OUTPUT));
    check("close", Native.call(Native.c(), "close", copy));
    return protocol;
  }

  private static int check(String function, int result) throws IOException {
    if (result < 0) {
      throw new IOException(function + " failed on the worker's standard output");
    }
    return result;
  }
}

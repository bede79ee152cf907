package io.granular.engine.worker;

import io.granular.engine.studio.protocol.WireFormat;
import io.granular.engine.studio.protocol.WorkerEvents;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.eclipse.lsp4j.jsonrpc.Launcher;

/** The worker's main: holds libtorch, answers one client, ends with it. */
public final class WorkerMain {
  private WorkerMain() {}

  /** Serves with libtorch; takes no arguments. */
  public static void main(String[] args) throws IOException {
    serve(TorchParts::start);
  }

  /**
   * Serves this process's standard streams and ends the process when the client is gone.
   *
   * @param parts called once standard output is the protocol's, so that building may print
   */
  static void serve(Supplier<WorkerParts> parts) throws IOException {
    OutputStream out = ProtocolOutput.claim();
    ConsoleInterrupt.ignore();
    serve(parts, System.in, out);
    // Not exit: a network may still be running in native code, and nobody waits for it any more.
    Runtime.getRuntime().halt(0);
  }

  /** Serves until {@code in} ends, which it does when the client closes it or dies. */
  static void serve(Supplier<WorkerParts> parts, InputStream in, OutputStream out) {
    WorkerServer server = new WorkerServer(parts);
    Launcher<WorkerEvents> launcher = new Launcher.Builder<WorkerEvents>()
        .setLocalService(server)
        .setRemoteInterface(WorkerEvents.class)
        .setInput(in)
        .setOutput(out)
        .configureGson(WireFormat::configure)
        .setExceptionHandler(Failures::response)
        .create();
    server.connect(launcher.getRemoteProxy());
    Future<Void> listening = launcher.startListening();
    try {
      listening.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("The worker cannot read its requests", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package io.granular.engine.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C: the run is cancelled politely, and the process ends when the command has, or soon after in
 * any case. The Java runtime itself then gives the exit code 130.
 */
final class Interrupt implements AutoCloseable {
  /** Longer than a run gets before its worker is ended. */
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  private final CountDownLatch ended = new CountDownLatch(1);

  private Interrupt() {}

  /** From now on, until closed. */
  static Interrupt listen(Session session) {
    Interrupt interrupt = new Interrupt();
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform()
            .name("interrupt")
            .unstarted(() -> interrupt.cancel(session)));
    return interrupt;
  }

  /** Called when the process is about to end; nothing is left to do if the command has ended. */
  private void cancel(Session session) {
    if (ended.getCount() == 0) {
      return;
    }
    session.cancel();
    try {
      if (!ended.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        session.console().say("granular: the run did not end in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The command has ended. */
  @Override
  public void close() {
    ended.countDown();
  }
}

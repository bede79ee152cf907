package io.granular.engine.studio.local;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps idle workers warm for the next run of the same kind. Used by one thread at a time, except
 * {@link #close}.
 */
final class WorkerPool implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerPool.class);

  private final WorkerSettings settings;
  private final Machine machine;
  /** Longest idle first. */
  private final Deque<Idle> idle = new ArrayDeque<>();
  private boolean closed;

  private record Idle(WorkerKey key, WorkerProcess worker) {}

  WorkerPool(WorkerSettings settings, Machine machine) {
    this.settings = settings;
    this.machine = machine;
  }

  /**
   * A warm worker of that kind, one that has not been used, or a new one.
   *
   * @throws WorkerException if none can be started, or the pool is closed
   */
  WorkerProcess acquire(WorkerKey key) throws WorkerException {
    WorkerProcess warm = take(key);
    if (warm == null) {
      warm = take(WorkerKey.unused(key.threads()));
    }
    if (warm != null) {
      return warm;
    }
    makeRoom();
    WorkerProcess worker = WorkerProcess.start(settings, key.threads());
    LOG.info("Worker {} started for {} threads", worker.pid(), key.threads());
    return worker;
  }

  /** Gives a worker back; one that has ended is forgotten. */
  void release(WorkerKey key, WorkerProcess worker) {
    synchronized (this) {
      if (!closed && worker.isAlive() && settings.maxIdle() > 0) {
        idle.addLast(new Idle(key, worker));
        return;
      }
    }
    worker.close();
  }

  /** Ends the idle workers; those given back later end at once. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    for (Idle next = oldest(); next != null; next = oldest()) {
      next.worker().close();
    }
  }

  private synchronized @Nullable WorkerProcess take(WorkerKey key) throws WorkerException {
    if (closed) {
      throw new WorkerException("Granular is closing.", "Start it again.", "");
    }
    for (Iterator<Idle> each = idle.iterator(); each.hasNext();) {
      Idle next = each.next();
      if (!next.worker().isAlive()) {
        each.remove();
      } else if (next.key().equals(key)) {
        each.remove();
        return next.worker();
      }
    }
    return null;
  }

  /** Idle workers hold their networks: when memory is short, the run that comes needs it more. */
  private void makeRoom() {
    while (idleCount() >= settings.maxIdle() || machine.memoryIsShort()) {
      Idle next = oldest();
      if (next == null) {
        return;
      }
      LOG.info("Worker {} ends to make room", next.worker().pid());
      next.worker().close();
    }
  }

  private synchronized int idleCount() {
    return idle.size();
  }

  private synchronized @Nullable Idle oldest() {
    return idle.pollFirst();
  }
}

package io.granular.engine.studio.local;

import io.granular.engine.studio.EngineException;
import io.granular.engine.studio.RunOutcome.Failed;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;

/** One thing after the other, in the order asked for. */
final class TaskQueue {
  private final ExecutorService queue = Executors.newSingleThreadExecutor(daemon("run-queue"));
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(daemon("run-timer"));
  private final Set<QueuedTask<?>> tasks = ConcurrentHashMap.newKeySet();
  private final AtomicLong ids = new AtomicLong();

  /** Names the next task. */
  long nextId() {
    return ids.incrementAndGet();
  }

  /** Ends what takes too long. */
  ScheduledExecutorService timer() {
    return timer;
  }

  /** Has {@code work} done when its turn comes. */
  <O> void add(QueuedTask<O> task, TaskWork<? extends O> work) {
    tasks.add(task);
    queue.execute(() -> {
      try {
        task.end(outcome(task, work));
      } catch (RuntimeException | Error e) {
        task.end(task.failed(new Failed("Unexpected " + e + ".", "", "")));
        throw e;
      } finally {
        tasks.remove(task);
      }
    });
  }

  private static <O> O outcome(QueuedTask<O> task, TaskWork<? extends O> work) {
    task.announce();
    if (task.isEnded()) {
      return task.cancelled();
    }
    try {
      return work.run();
    } catch (QueuedTask.Ended e) {
      return task.outcomeOf(e);
    } catch (WorkerException e) {
      return task.failed(e.outcome());
    } catch (EngineException e) {
      return task.failed(new Failed(e.getMessage(), "", ""));
    }
  }

  /** Something to be asked of a worker. */
  @FunctionalInterface
  interface Question<T> {
    T ask() throws WorkerException;
  }

  /** Waits for its turn and for the answer. */
  <T> T ask(Question<T> question) {
    CompletableFuture<T> answer = CompletableFuture.supplyAsync(() -> {
      try {
        return question.ask();
      } catch (WorkerException e) {
        throw e.asEngineException();
      }
    }, queue);
    try {
      return answer.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof EngineException cause) {
        throw new EngineException(cause.getMessage(), cause);
      }
      throw e;
    }
  }

  /** Ends all tasks as cancelled. */
  void abandon() {
    tasks.forEach(QueuedTask::abandon);
  }

  /** Takes no more; what still waits is tried, so that whoever waits for it hears something. */
  void close() {
    queue.shutdownNow().forEach(Runnable::run);
    timer.shutdownNow();
  }

  private static ThreadFactory daemon(String name) {
    return Thread.ofPlatform().name(name).daemon().factory();
  }
}

package io.granular.engine.studio.local;

import io.granular.engine.studio.EngineException;
import io.granular.engine.studio.protocol.WireFormat;
import io.granular.engine.studio.protocol.WorkerApi;
import io.granular.engine.studio.protocol.WorkerEvents;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.eclipse.lsp4j.jsonrpc.Launcher;
import org.eclipse.lsp4j.jsonrpc.ResponseErrorException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One worker process and the conversation with it. */
final class WorkerProcess implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerProcess.class);
  private static final Duration CLOSE_GRACE = Duration.ofSeconds(2);
  /** How long to listen on after the process ended, if another process still holds its output. */
  private static final Duration LAST_WORDS = Duration.ofMillis(500);

  private final Process process;
  private final WorkerApi api;
  private final WorkerLog log;
  private final CrashReports crashes;
  private final CompletableFuture<@Nullable Void> heardAll = new CompletableFuture<>();
  private final CompletableFuture<Object> gone;
  private volatile WorkerEvents listener = (id, progress) -> {};

  private WorkerProcess(Process process, CrashReports crashes) {
    this.process = process;
    this.crashes = crashes;
    this.log = WorkerLog.read(process);
    ExecutorService reader = Executors.newSingleThreadExecutor(
        Thread.ofPlatform().name("worker-reader").daemon().factory());
    Launcher<WorkerApi> launcher = new Launcher.Builder<WorkerApi>()
        .setLocalService((WorkerEvents) (id, progress) -> listener.progress(id, progress))
        .setRemoteInterface(WorkerApi.class)
        .setInput(process.getInputStream())
        .setOutput(process.getOutputStream())
        .setExecutorService(reader)
        .configureGson(WireFormat::configure)
        .create();
    this.api = launcher.getRemoteProxy();
    Future<Void> listening = launcher.startListening();
    reader.execute(() -> heardAll(listening));
    reader.shutdown();
    Executor later =
        CompletableFuture.delayedExecutor(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
    this.gone = CompletableFuture.anyOf(heardAll, process.onExit().thenApplyAsync(p -> p, later));
  }

  private void heardAll(Future<Void> listening) {
    if (listening.state() == Future.State.FAILED) {
      LOG.warn("Worker {} cannot be understood", pid(), listening.exceptionNow());
    }
    // A worker that no longer speaks cannot be used, even if its process were still there.
    kill();
    heardAll.complete(null);
  }

  /**
   * Starts one and waits until it listens.
   *
   * @param threads computing threads, at least 1
   * @throws WorkerException if it does not start, or not in time
   */
  static WorkerProcess start(WorkerSettings settings, int threads) throws WorkerException {
    ProcessBuilder builder = new ProcessBuilder(settings.command());
    Map<String, String> environment = builder.environment();
    environment.put("CLASSPATH", settings.classPath());
    environment.put("OMP_NUM_THREADS", Integer.toString(threads));
    environment.put("MKL_NUM_THREADS", Integer.toString(threads));
    // glibc gives every thread but the first an arena of 64 MB heaps, and unmaps a heap that falls empty: a large tensor
    // would pay for its pages at every allocation.
    environment.putIfAbsent("MALLOC_ARENA_MAX", "1");
    // Without bins of each thread's own, freed blocks are joined with their neighbours; see torch.Allocator.
    environment.putIfAbsent("GLIBC_TUNABLES", "glibc.malloc.tcache_count=0");
    WorkerProcess worker;
    try {
      settings.crashReports().prepare();
      worker = new WorkerProcess(builder.start(), settings.crashReports());
    } catch (IOException e) {
      throw new WorkerException("A worker process cannot be started: " + e.getMessage() + ".",
          "Check that " + settings.java() + " can be run and that there is memory left.", "");
    }
    worker.awaitReady(settings.startTimeout());
    return worker;
  }

  private void awaitReady(Duration timeout) throws WorkerException {
    CompletableFuture<@Nullable Void> ready = api.ready();
    try {
      CompletableFuture.anyOf(ready, gone).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      kill();
      throw new WorkerException("The worker process did not answer within " + timeout.toMillis()
          + " ms of its start.",
          "Run it again; on a slow machine allow more time with "
              + "-Dgranular.worker.start.seconds=300.",
          log.text());
    } catch (ExecutionException e) {
      kill();
      throw new WorkerException("The worker process could not start: " + reason(e),
          "If the message does not help, install Granular again.", log.text());
    } catch (InterruptedException e) {
      throw interrupted();
    }
    if (!ready.isDone()) {
      throw died();
    }
  }

  /** Who hears progress from now on; called on the thread that reads, in order. */
  void listen(WorkerEvents events) {
    listener = events;
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @throws WorkerException if the process ends first
   * @throws EngineException if the worker answers with an error, with the worker's message
   */
  <T> T ask(Function<WorkerApi, CompletableFuture<T>> request) throws WorkerException {
    CompletableFuture<T> answer = request.apply(api);
    try {
      CompletableFuture.anyOf(answer, gone).get();
      if (answer.isDone()) {
        return answer.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ResponseErrorException) {
        throw new EngineException(reason(e), e);
      }
      LOG.debug("The request to worker {} could not be sent", pid(), e);
    } catch (InterruptedException e) {
      throw interrupted();
    }
    throw died();
  }

  /** The worker's own words if it answered with an error. */
  private static String reason(ExecutionException e) {
    return e.getCause() instanceof ResponseErrorException error
        ? error.getResponseError().getMessage()
        : String.valueOf(e.getMessage());
  }

  private WorkerException interrupted() {
    Thread.currentThread().interrupt();
    kill();
    return new WorkerException("The worker process was ended.", "", log.text());
  }

  /** To be thrown when the conversation is over without having been ended. */
  private WorkerException died() {
    kill();
    try {
      int status = process.waitFor();
      log.awaitEnd();
      ExitCause cause = cause(status);
      return new WorkerException("The worker process " + pid() + " " + cause.what() + ".",
          cause.remedy(), log.text());
    } catch (InterruptedException e) {
      return interrupted();
    }
  }

  private ExitCause cause(int status) {
    Optional<Path> report = crashes.of(pid());
    try {
      return report.isPresent() ? CrashReports.cause(report.get()) : ExitCause.of(status);
    } catch (IOException e) {
      LOG.debug("{} cannot be read", report, e);
      return ExitCause.of(status);
    }
  }

  /** Asks run {@code id} to end; nothing happens if the process is gone. */
  void cancel(long id) {
    api.cancel(id);
  }

  /** Asks training {@code id} to wait; nothing happens if the process is gone. */
  void pause(long id) {
    api.pause(id);
  }

  /** Lets training {@code id} go on; nothing happens if the process is gone. */
  void resume(long id) {
    api.resume(id);
  }

  boolean isAlive() {
    return process.isAlive() && !gone.isDone();
  }

  long pid() {
    return process.pid();
  }

  /** The end of its standard error. */
  String log() {
    return log.text();
  }

  /** Ends the process now. */
  void kill() {
    process.destroyForcibly();
  }

  /** Ends the process politely, or after a short while in any case. */
  @Override
  public void close() {
    try {
      CompletableFuture.anyOf(api.shutdown(), gone)
          .get(CLOSE_GRACE.toMillis(), TimeUnit.MILLISECONDS);
      process.getOutputStream().close();
      if (!process.waitFor(CLOSE_GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("Worker {} is ended: it did not end by itself", pid());
      }
    } catch (ExecutionException | TimeoutException | IOException e) {
      LOG.debug("Worker {} did not end politely", pid(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      kill();
    }
  }
}

package io.granular.app.fake;

import io.granular.engine.plan.Audit;
import io.granular.engine.run.RunListener;
import io.granular.engine.run.RunProgress;
import io.granular.engine.run.RunProgress.Stage;
import io.granular.engine.run.RunRequest;
import io.granular.engine.run.RunResult;
import io.granular.engine.store.Png;
import io.granular.engine.studio.Run;
import io.granular.engine.studio.RunOutcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A run on a thread of its own that draws a picture after every step. */
final class FakeRun implements Run {
  private static final int SIZE = 128;
  private static final int STEPS = 20;
  private static final long BASELINE = 62_000_000;

  private final RunRequest request;
  private final RunListener listener;
  private final FakeRecipe recipe;
  private final RunOutcome.Failed failure;
  private final List<String> notes;
  private final int holdAt;
  private final CountDownLatch held;
  private final Runnable ended;
  private final int width;
  private final int height;
  private final int steps;
  private final CompletableFuture<RunOutcome> outcome = new CompletableFuture<>();
  private volatile boolean cancelled;

  FakeRun(RunRequest request, RunListener listener, FakeRecipe recipe,
      RunOutcome.Failed failure, List<String> notes, int holdAt, CountDownLatch held,
      Runnable ended) {
    this.request = request;
    this.listener = listener;
    this.recipe = recipe;
    this.failure = failure;
    this.notes = notes;
    this.holdAt = holdAt;
    this.held = held;
    this.ended = ended;
    width = request.width() == null ? SIZE : request.width();
    height = request.height() == null ? SIZE : request.height();
    steps = request.steps() == null ? STEPS : request.steps();
  }

  void start() {
    Thread.ofVirtual().start(() -> {
      try {
        RunOutcome end = run();
        ended.run();
        outcome.complete(end);
      } catch (IOException e) {
        outcome.completeExceptionally(new UncheckedIOException(e));
      } catch (InterruptedException e) {
        outcome.complete(new RunOutcome.Cancelled());
      }
    });
  }

  @Override
  public void cancel() {
    cancelled = true;
  }

  @Override
  public CompletableFuture<RunOutcome> outcome() {
    return outcome;
  }

  private RunOutcome run() throws IOException, InterruptedException {
    Files.createDirectories(request.output());
    report(Stage.LOADING, 0, null);
    report(Stage.TEXT, 0, null);
    List<Path> previews = new ArrayList<>();
    for (int step = 1; step <= steps; step++) {
      if (failure != null && step == 3) {
        return failure;
      }
      Path preview = null;
      if (request.previews()) {
        preview = draw("step-%03d.png".formatted(step), Math.pow((double) step / steps, 0.6));
        previews.add(preview);
      }
      report(Stage.STEPS, step, preview);
      while (step == holdAt && !cancelled && !held.await(5, TimeUnit.MILLISECONDS)) {
        // Wakes now and then to see a cancellation.
      }
      if (cancelled) {
        return new RunOutcome.Cancelled();
      }
    }
    report(Stage.DECODING, steps, null);
    return new RunOutcome.Finished(result(draw("picture.png", 1), previews));
  }

  private Path draw(String name, double done) {
    Path file = request.output().resolve(name);
    Png.write(file,
        FakePicture.draw(width, height, request.seed(), done, recipe.coarseness()));
    return file;
  }

  private void report(Stage stage, int step, Path preview) {
    double elapsed = 0.3 + step * recipe.secondsPerStep();
    listener.progress(new RunProgress(stage, step, steps, elapsed,
        step == 0 ? Double.NaN : (steps - step) * recipe.secondsPerStep(), preview));
  }

  private RunResult result(Path image, List<Path> previews) {
    RunRequest used = new RunRequest(request.model(), null, request.recipe(), request.prompt(),
        request.negative(), request.seed(), steps,
        request.guidance() == null ? 3.0 : request.guidance(), width, height, request.sampler(),
        8, null, null, request.previews(), request.output());
    double total = 0.5 + steps * recipe.secondsPerStep();
    return new RunResult(used, image, List.copyOf(previews),
        request.output().resolve("latents.safetensors"),
        new RunResult.Seconds(0.31, recipe.quantizes() ? 0.12 : 0, 0.018,
            Collections.nCopies(steps, recipe.secondsPerStep()), 0.041, total),
        new RunResult.Bytes(recipe.weights(), recipe.scales(),
            recipe.weights() + recipe.scales()),
        new RunResult.Memory(BASELINE, recipe.peak(), recipe.weights(), recipe.scales(),
            recipe.peak() - BASELINE - recipe.weights() - recipe.scales(),
            recipe.peak() - 3_000_000),
        Map.of(recipe.kernel(), 214), List.of(), new Audit(600, 400, List.of()), notes);
  }
}

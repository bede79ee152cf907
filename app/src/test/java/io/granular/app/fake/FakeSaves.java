package io.granular.app.fake;

import io.granular.engine.run.RunListener;
import io.granular.engine.run.RunProgress;
import io.granular.engine.run.RunProgress.Stage;
import io.granular.engine.save.Fit;
import io.granular.engine.save.Refusal;
import io.granular.engine.save.SaveFormat;
import io.granular.engine.save.SaveRequest;
import io.granular.engine.save.SaveResult;
import io.granular.engine.studio.EngineException;
import io.granular.engine.studio.SaveOutcome;
import io.granular.engine.studio.SaveRun;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** Saves nothing: GGUF refuses five modules, TorchScript cannot say, all others fit. */
public final class FakeSaves {
  private final List<SaveRequest> requests = Collections.synchronizedList(new ArrayList<>());
  private final List<SaveRequest> fits = Collections.synchronizedList(new ArrayList<>());
  private volatile RunListener listener = _ -> {};
  private volatile CompletableFuture<SaveOutcome> outcome = new CompletableFuture<>();

  SaveRun save(SaveRequest request, RunListener hears) {
    CompletableFuture<SaveOutcome> mine = new CompletableFuture<>();
    outcome = mine;
    listener = hears;
    requests.add(request);
    return new SaveRun() {
      @Override
      public void cancel() {
        mine.complete(new SaveOutcome.Cancelled());
      }

      @Override
      public CompletableFuture<SaveOutcome> outcome() {
        return mine;
      }
    };
  }

  Fit fit(SaveRequest request) {
    fits.add(request);
    if (request.format() == SaveFormat.TORCHSCRIPT) {
      throw new EngineException("The model's text encoder cannot be read. Open the model again.");
    }
    boolean refused =
        request.format() == SaveFormat.GGUF && !request.options().keepConvolutions();
    List<Refusal> refusals = IntStream.range(0, refused ? 5 : 0)
        .mapToObj(i -> new Refusal("unet.down_blocks.0.resnets." + i + ".conv1",
            "int8 per_channel symmetric",
            "GGUF has no 8-bit integers with one scale for a whole channel",
            "q8_0, 8 bits in blocks of 32: the built-in recipe gguf-q8_0"))
        .toList();
    return new Fit(refusals, request.format() == SaveFormat.DIFFUSERS ? 49_300_000 : 26_100_000,
        List.of("Read by Granular 0.1 and later."));
  }

  /** What was asked to be saved. */
  public List<SaveRequest> requests() {
    return List.copyOf(requests);
  }

  /** What was asked how it fits. */
  public List<SaveRequest> fits() {
    return List.copyOf(fits);
  }

  /** Tells where the last one stands. */
  public void tell(Stage stage, int step, int steps) {
    listener.progress(new RunProgress(stage, step, steps, 2, steps == 0 ? Double.NaN : 7, null));
  }

  /**
   * Lets the last one be there.
   *
   * @param psnr of the check; null if it was identical
   */
  public void finish(Double psnr) {
    SaveRequest request = requests.getLast();
    outcome.complete(new SaveOutcome.Finished(new SaveResult(request.to(), request.format(),
        request.recipe(), List.of(request.to().resolve("a"), request.to().resolve("b")),
        26_214_400, 26_100_000, 3.42, 81_000_000,
        new SaveResult.Check(psnr == null, psnr, psnr == null ? 0 : 0.0123, 0, 2, 128, 128,
            "a photograph of a cat", 1.31),
        List.of("Read by Granular 0.1 and later."))));
  }

  /** Lets the last one go wrong. */
  public void fail(SaveOutcome.Failed how) {
    outcome.complete(how);
  }

  /** Whether the last one has ended. */
  public boolean ended() {
    return outcome.isDone();
  }
}

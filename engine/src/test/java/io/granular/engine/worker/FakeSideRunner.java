package io.granular.engine.worker;

import io.granular.engine.diffusion.TorchRandom;
import io.granular.engine.metric.RgbImage;
import io.granular.engine.plan.Audit;
import io.granular.engine.run.RunListener;
import io.granular.engine.run.RunProgress;
import io.granular.engine.run.RunProgress.Stage;
import io.granular.engine.run.RunRequest;
import io.granular.engine.run.RunResult;
import io.granular.engine.run.SideRunner;
import io.granular.engine.store.NamedTensor;
import io.granular.engine.store.Png;
import io.granular.engine.store.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * Draws noise that depends on the request, quickly, and misbehaves after its second step if the
 * prompt's first word says how.
 */
final class FakeSideRunner implements SideRunner {
  private static final int DEFAULT_STEPS = 4;
  private static final int DEFAULT_SIZE = 32;

  @Override
  public RunResult run(RunRequest asked, RunListener listener, BooleanSupplier cancelled) {
    RunRequest request = filledIn(asked);
    if (request.recipe().equals("broken")) {
      throw new IllegalArgumentException("This recipe is broken. Take another.");
    }
    int steps = request.steps();
    listener.progress(new RunProgress(Stage.LOADING, 0, steps, 0, Double.NaN, null));
    List<Double> seconds = new ArrayList<>();
    for (int step = 1; step <= steps; step++) {
      if (cancelled.getAsBoolean()) {
        throw new CancellationException("cancelled at step " + step);
      }
      if (step == 2) {
        misbehave(request.prompt().split(" ")[0], cancelled);
      }
      seconds.add(0.25);
      listener.progress(
          new RunProgress(Stage.STEPS, step, steps, step * 0.25, (steps - step) * 0.25, null));
    }
    Path image = request.output().resolve("image.png");
    Path latents = request.output().resolve("latents.safetensors");
    try {
      Files.createDirectories(request.output());
      Png.write(image, picture(request));
      SafetensorsWriter.write(latents, Map.of(),
          List.of(NamedTensor.floats("latents", List.of(2L, 4L, 4L, 4L), latents(request))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return result(request, image, latents, seconds);
  }

  /** Noise of the seed; a tenth of another noise is added to it where the recipe is not fp32. */
  private static float[] latents(RunRequest request) {
    float[] values = new TorchRandom(request.seed()).randn(2 * 4 * 4 * 4);
    if (!request.recipe().equals("fp32")) {
      float[] error = new TorchRandom(request.recipe().hashCode()).randn(values.length);
      for (int i = 0; i < values.length; i++) {
        values[i] += 0.1f * error[i];
      }
    }
    return values;
  }

  private static RunRequest filledIn(RunRequest r) {
    return new RunRequest(r.model(), r.config(), r.recipe(), r.simulate(), r.prompt(),
        r.negative(), r.seed(),
        r.steps() == null ? DEFAULT_STEPS : r.steps(), r.guidance() == null ? 3.0 : r.guidance(),
        r.width() == null ? DEFAULT_SIZE : r.width(),
        r.height() == null ? DEFAULT_SIZE : r.height(), r.sampler(),
        r.threads() == 0 ? 1 : r.threads(), r.latents(), r.noise(), r.previews(), r.output(),
        r.calibration());
  }

  private static void misbehave(String how, BooleanSupplier cancelled) {
    switch (how) {
      case "slow" -> {
        System.err.println("misbehaving");
        while (!cancelled.getAsBoolean()) {
          pause(10);
        }
      }
      case "hang" -> {
        System.err.println("misbehaving");
        while (true) {
          pause(1000);
        }
      }
      case "crash" -> {
        System.err.println("about to crash");
        Runtime.getRuntime().halt(134);
      }
      case "killed" -> {
        command("kill", "-9", Long.toString(ProcessHandle.current().pid()));
        pause(60_000);
      }
      case "segfault" -> MemorySegment.ofAddress(8).reinterpret(8).get(ValueLayout.JAVA_BYTE, 0);
      case "heap" -> System.err.println(
          Collections.nCopies(Integer.MAX_VALUE - 8, 1L).stream().toList().size());
      case "fail" -> throw new IllegalArgumentException("The lens cap is on. Take it off.");
      case "bug" -> throw new NullPointerException();
      case "print" -> print();
      default -> {}
    }
  }

  /** Prints as Java does and, through a child that inherits the descriptor, as native code does. */
  private static void print() {
    System.out.println("Content-Length: 3\r\n\r\n{}}");
    command("echo", "native noise");
  }

  private static void command(String... command) {
    try {
      new ProcessBuilder(command).inheritIO().start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static RgbImage picture(RunRequest request) {
    byte[] rgb = new byte[request.width() * request.height() * 3];
    Arrays.fill(rgb, (byte) 100);
    new Random(request.seed()).nextBytes(rgb);
    if (!request.recipe().equals("fp32")) {
      for (int i = 0; i < rgb.length; i++) {
        rgb[i] &= (byte) 0xf8;
      }
    }
    return new RgbImage(request.width(), request.height(), rgb);
  }

  private static RunResult result(RunRequest request, Path image, Path latents,
      List<Double> steps) {
    boolean full = request.recipe().equals("fp32");
    long weights = full ? 4_000_000 : 1_000_000;
    long scales = full ? 0 : 10_000;
    return new RunResult(request, image, List.of(), latents,
        new RunResult.Seconds(0.5, full ? 0 : 0.1, 0.05, steps, 0.2, 2),
        new RunResult.Bytes(weights, scales, weights + scales),
        new RunResult.Memory(50_000_000, 60_000_000 + weights, weights, scales, 5_000_000,
            61_000_000 + weights),
        Map.of(full ? "onednn-fp32" : "onednn-int8-dynamic", 12),
        full ? List.of() : List.of("unet.conv_in"), new Audit(12, 0, List.of()), List.of());
  }

  @Override
  public void close() {}
}

package io.granular.engine.save;

import io.granular.engine.lower.KernelProbe;
import io.granular.engine.lower.PackTools;
import io.granular.engine.run.CalibrationRequest;
import io.granular.engine.run.Calibrator;
import io.granular.engine.run.RunProgress;
import io.granular.engine.run.RunRequest;
import io.granular.engine.run.RunResult;
import io.granular.engine.run.SamplerChoice;
import io.granular.engine.run.TorchCalibrator;
import io.granular.engine.run.TorchSideRunner;
import io.granular.engine.run.TreatmentCache;
import io.granular.engine.torch.Torch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Saves and generates with libtorch in the test's own process, on tiny models. */
final class SavingHarness implements AutoCloseable {
  static final Path GOLDENS = Path.of("src/test/goldens");
  static final Path SD1 = GOLDENS.resolve("tiny-sd1");
  static final Path SD2 = GOLDENS.resolve("tiny-sd2");
  static final Path SDXL = GOLDENS.resolve("tiny-sdxl");

  private final Torch torch = Torch.start(2);
  private final PackTools tools = PackTools.compile();
  private final TorchSideRunner runner;
  private final TorchSaver saver;
  private final TorchCalibrator calibrator;
  final List<RunProgress> progress = new ArrayList<>();

  /** @param cache folder of treated weights */
  SavingHarness(Path cache) {
    var machine = KernelProbe.probe(torch).capabilities();
    TreatmentCache treatments = TreatmentCache.in(cache);
    runner = new TorchSideRunner(torch, tools, machine, treatments);
    saver = new TorchSaver(torch, tools, machine, treatments, runner);
    calibrator = new TorchCalibrator(torch, tools, machine);
  }

  SaveResult save(Path model, String recipe, Path to, SaveFormat format) {
    return save(new SaveRequest(model.toString(), null, recipe, to, format, SaveOptions.USUAL,
        false, null, 2));
  }

  SaveResult save(SaveRequest request) {
    return save(request, () -> false);
  }

  SaveResult save(SaveRequest request, BooleanSupplier cancelled) {
    Path scratch = request.to().resolveSibling(request.to().getFileName() + "-check");
    progress.clear();
    return saver.save(new Saver.Job(request, "0.0-test", scratch), progress::add, cancelled);
  }

  Path calibrate(Path model, Path to) {
    calibrator.calibrate(new Calibrator.Job(
        new CalibrationRequest(model.toString(), null, null, null, 32, 0, false, null, null, null,
            2),
        "model", "source", to), step -> {}, () -> false);
    return to;
  }

  RunResult generate(Path model, String recipe, Path to) {
    return generate(model, null, recipe, to);
  }

  RunResult generate(Path model, @Nullable Path config, String recipe, Path to) {
    progress.clear();
    return runner.run(new RunRequest(model.toString(), config, recipe, "a red cat", "", 3, 2, 5.0,
        64, 64, SamplerChoice.MODEL_DEFAULT, 2, null, null, false, to), progress::add,
        () -> false);
  }

  static byte[] latents(RunResult result) throws java.io.IOException {
    return Files.readAllBytes(result.latents());
  }

  @Override
  public void close() {
    runner.close();
    tools.close();
    torch.close();
  }
}

package io.granular.engine.worker;

import io.granular.engine.analyze.AnalysisRequest;
import io.granular.engine.analyze.AnalysisResult;
import io.granular.engine.analyze.AnalysisResult.Effect;
import io.granular.engine.calibrate.Calibration;
import io.granular.engine.calibrate.CalibrationFile;
import io.granular.engine.lower.Capabilities;
import io.granular.engine.metric.Interval;
import io.granular.engine.run.Bench;
import io.granular.engine.run.CalibrationResult;
import io.granular.engine.run.Calibrator;
import io.granular.engine.run.NetworkRunner;
import io.granular.engine.run.RunListener;
import io.granular.engine.run.RunProgress;
import io.granular.engine.studio.EngineInfo.KernelInfo;
import io.granular.engine.studio.protocol.KernelReport;
import io.granular.engine.train.Trainer;
import io.granular.engine.train.TrainingRequest;
import io.granular.engine.train.TrainingResult;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/** A worker with {@link FakeSideRunner} in place of libtorch. */
public final class TestWorkerMain {
  private TestWorkerMain() {}

  /** Serves until standard input ends. */
  public static void main(String[] args) throws Exception {
    if (Boolean.getBoolean("granular.test.mute")) {
      Thread.sleep(60_000);
    }
    if (Boolean.getBoolean("granular.test.stillborn")) {
      System.err.println("no such library");
      System.exit(7);
    }
    System.err.println("threads " + System.getenv("OMP_NUM_THREADS"));
    WorkerMain.serve(TestWorkerMain::parts);
  }

  private static WorkerParts parts() {
    if (Boolean.getBoolean("granular.test.incomplete")) {
      throw new UnsatisfiedLinkError("no torch in java.library.path");
    }
    return new WorkerParts(new FakeSideRunner(), TestWorkerMain::calibrate,
        TestWorkerMain::analyze, TestWorkerMain::train, TestWorkerMain::network,
        TestWorkerMain::bench,
        () -> new KernelReport("2.7.1", Capabilities.NONE,
            List.of(new KernelInfo("onednn-fp32", true, 0, ""),
                new KernelInfo("int4pack", false, Double.NaN, "not on this processor")),
            50_000_000));
  }

  private static AnalysisResult analyze(AnalysisRequest request, RunListener listener,
      BooleanSupplier cancelled) {
    for (int i = 1; i <= 3; i++) {
      if (cancelled.getAsBoolean()) {
        throw new CancellationException();
      }
      listener.progress(new RunProgress(RunProgress.Stage.ANALYZING, i, 3, i, 3.0 - i, null));
    }
    Interval error = new Interval(0.25, 0.2, 0.3, request.seeds().size());
    Effect effect = new Effect(error, error, Double.POSITIVE_INFINITY, Interval.NONE);
    return new AnalysisResult(request.model(), request.recipe(), "{}", "latents", request.by(),
        List.of("a prompt"), request.seeds(), 4, 1, effect, effect,
        List.of(new AnalysisResult.UnitScore("unet.conv_in", List.of("unet.conv_in"), 100, effect,
            null)),
        List.of(981.0, 1.0),
        List.of(new AnalysisResult.LayerSqnr("unet.conv_in",
            List.of(20.5, Double.POSITIVE_INFINITY))),
        List.of(error), List.of(new AnalysisResult.Floor("fp32 by aten", effect)), 3, List.of());
  }

  private static TrainingResult train(Trainer.Job job, RunListener listener,
      Trainer.Control control) {
    TrainingRequest request = job.request();
    Integer asked = request.length().steps();
    int steps = asked == null ? 3 : asked;
    int step = 0;
    while (step < steps && !control.cancelled()) {
      step++;
      listener.progress(new RunProgress(RunProgress.Stage.TRAINING, step, steps, step,
          steps - step, null,
          new RunProgress.Learning(0.5 / step, 0.5, 0.5 / step, 0.5 / step, step, 1e-4, step,
              null)));
      if (control.paused()) {
        listener.progress(
            new RunProgress(RunProgress.Stage.PAUSED, step, steps, step, steps - step, null));
        while (control.paused() && !control.cancelled()) {
          Thread.onSpinWait();
        }
      }
    }
    return new TrainingResult(request.to(), request.to().resolve("recipe.json"), 2, 1000, step,
        step, 0.5, 0.5 / step, step, step < steps,
        List.of(new TrainingResult.Point(0, 0, Double.NaN, 0.5),
            new TrainingResult.Point(step, step, 0.5 / step, 0.5 / step)),
        List.of());
  }

  private static CalibrationResult calibrate(Calibrator.Job job, RunListener listener,
      BooleanSupplier cancelled) {
    for (int i = 1; i <= job.request().samples(); i++) {
      if (cancelled.getAsBoolean()) {
        throw new CancellationException();
      }
      listener.progress(new RunProgress(RunProgress.Stage.CALIBRATING, i,
          job.request().samples(), i, 0, null));
    }
    CalibrationFile.write(job.output(), new Calibration(new Calibration.Provenance(
        job.request().model(), job.modelDigest(), "test", job.sourceDigest(),
        job.request().samples(), List.of(), 0, 1, 8, 8, false), List.of()));
    return new CalibrationResult(job.output(), job.request().samples(), 1, 100);
  }

  private static NetworkRunner.Answer network(NetworkRunner.Call call) {
    if (!call.network().equals("unet")) {
      throw new IllegalArgumentException("There is no network '" + call.network() + "'.");
    }
    return new NetworkRunner.Answer(Map.of("sample", List.of(1L, 4L, 8L, 8L)), 0.5,
        Map.of("onednn-fp32", 3));
  }

  private static Bench.Timing bench(Bench.Case work) {
    double seconds = work.recipe().equals("fp32") ? 2 : 1;
    if (work.layers()) {
      return new Bench.Timing(List.of(), 0, 5000, Map.of(),
          List.of(new Bench.LayerTiming("conv_in", "conv 3x3 4 > 32", List.of(2L, 4L, 8L, 8L), 1,
              "kernel-" + work.recipe(), seconds)));
    }
    return new Bench.Timing(List.of(seconds * 1.1, seconds, seconds * 1.2), 1000, 5000,
        Map.of("onednn-fp32", 3), List.of());
  }
}

package io.granular.engine.run;

import io.granular.engine.calibrate.Calibration;
import io.granular.engine.calibrate.CalibrationFile;
import io.granular.engine.calibrate.Prompts;
import io.granular.engine.calibrate.SamplePlan;
import io.granular.engine.lower.Capabilities;
import io.granular.engine.lower.Kernels;
import io.granular.engine.lower.Lowering;
import io.granular.engine.lower.PackTools;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.plan.BuiltInRecipes;
import io.granular.engine.plan.Plan;
import io.granular.engine.plan.Planner;
import io.granular.engine.run.RunProgress.Stage;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.ModelSources;
import io.granular.engine.store.PromptDefaults;
import io.granular.engine.torch.Torch;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Calibrates with libtorch in this process. */
public final class TorchCalibrator implements Calibrator {
  private final Torch torch;
  private final Lowering lowering;
  private final Planner planner;
  private final BuiltInRecipes recipes = new BuiltInRecipes();

  public TorchCalibrator(Torch torch, PackTools tools, Capabilities machine) {
    this.torch = torch;
    this.lowering = new Lowering(torch, tools);
    this.planner = new Planner(new Kernels(machine));
  }

  @Override
  public CalibrationResult calibrate(Job job, RunListener listener, BooleanSupplier cancelled) {
    CalibrationRequest request = job.request();
    Progress progress = new Progress(listener, cancelled, Stage.CALIBRATING);
    progress.stage(Stage.LOADING);
    torch.threads(request.threads());
    try (ModelSource model = ModelSources.open(request.model(), request.config())) {
      PipelineGraphs graphs = PipelineGraphs.of(model);
      SamplePlan samples = SamplePlan.of(request.samples());
      RunSettings settings = RunSettings.of(run(request, samples), model, graphs);
      Plan plan = planner.plan(recipes.open("fp32"), graphs, model);
      progress.expect(samples.samples());
      CalibrationTrajectories trajectories = new CalibrationTrajectories(torch, lowering, model,
          graphs, plan, request, settings, samples, progress);
      Path images = request.images();
      if (images == null) {
        trajectories.denoise(prompts(request.prompts(), model));
      } else {
        trajectories.addNoise(CalibrationImages.files(images));
      }
      Calibration calibration =
          new Calibration(provenance(job, settings, trajectories), trajectories.inputs());
      progress.stage(Stage.WRITING);
      CalibrationFile.write(job.output(), calibration);
      return new CalibrationResult(job.output(), samples.samples(), progress.elapsed(),
          trajectories.stateBytes());
    }
  }

  /** The prompts of a file, or those that come with the model and with Granular. */
  static List<String> prompts(@Nullable Path file, ModelSource model) {
    return file != null ? Prompts.read(file)
        : Prompts.builtIn(model.promptDefaults().map(PromptDefaults::prompts).orElse(List.of()));
  }

  /** DDIM has one evaluation for each timestep, and draws no noise of its own. */
  private static RunRequest run(CalibrationRequest r, SamplePlan samples) {
    return new RunRequest(r.model(), r.config(), "fp32", "", "", r.seed(), samples.steps(),
        r.guidance(), r.width(), r.height(), new SamplerChoice("ddim", null, null, null, null),
        r.threads(), null, null, false, Path.of(""));
  }

  private static Calibration.Provenance provenance(Job job, RunSettings settings,
      CalibrationTrajectories trajectories) {
    CalibrationRequest r = job.request();
    Path source = r.images() != null ? r.images() : r.prompts();
    return new Calibration.Provenance(r.model(), job.modelDigest(),
        source == null ? "built-in prompts" : source.toString(), job.sourceDigest(),
        trajectories.samples(), trajectories.timesteps(), r.seed(), settings.guidance().scale(),
        settings.width(), settings.height(), r.excludeStartToken());
  }
}

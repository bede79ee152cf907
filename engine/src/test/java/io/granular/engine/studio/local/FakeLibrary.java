package io.granular.engine.studio.local;

import io.granular.engine.calibrate.Calibration;
import io.granular.engine.calibrate.CalibrationFile;
import io.granular.engine.run.RunRequest;
import io.granular.engine.save.Fit;
import io.granular.engine.save.SaveRequest;
import io.granular.engine.studio.EngineException;
import io.granular.engine.studio.ModelInfo;
import io.granular.engine.studio.ModelInfo.ModuleInfo;
import io.granular.engine.studio.ModelInfo.NetworkInfo;
import io.granular.engine.studio.ModuleRanges;
import io.granular.engine.studio.ModuleWeights;
import io.granular.engine.studio.PlanSummary;
import io.granular.engine.studio.PlanSummary.ModulePlan;
import io.granular.engine.studio.RecipeInfo;
import io.granular.engine.studio.protocol.KernelReport;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One small model named demo and some recipes, of which {@code broken} fails when it runs. */
final class FakeLibrary implements Library {
  @Override
  public ModelInfo info(String model, Path config) {
    if (!model.equals("demo")) {
      throw new EngineException(
          "There is no model '" + model + "'. Give a folder, a file or demo.");
    }
    ModuleInfo convIn =
        new ModuleInfo("unet.conv_in", "Conv2d", List.of(96L, 4L, 3L, 3L), "F16", 3552, 7104);
    return new ModelInfo("demo", "Emoji 128", "SD 1.x",
        List.of(new NetworkInfo("unet", "UNet2DConditionModel", 3552, 7104, List.of(convIn))),
        3552, 7104, new ModelInfo.Defaults("blue heart", 4, 3, 32, 32, "pndm", "leading",
            "default", "epsilon", List.of("blue heart", "bus")));
  }

  @Override
  public List<RecipeInfo> recipes() {
    return List.of(recipe("fp32"), recipe("bf16"), recipe("w8a8-dynamic"), recipe("broken"));
  }

  private static RecipeInfo recipe(String id) {
    return new RecipeInfo(id, id.toUpperCase(Locale.ROOT), "A recipe.",
        "{\"version\":1,\"name\":\"" + id + "\",\"rules\":[]}");
  }

  @Override
  public String recipeJson(String recipe) {
    return recipes().stream()
        .filter(r -> r.id().equals(recipe))
        .findFirst()
        .orElseThrow(() -> new EngineException("There is no recipe '" + recipe + "'."))
        .json();
  }

  @Override
  public ModuleWeights moduleWeights(String model, String module) {
    info(model, null);
    return new ModuleWeights(module, List.of(1L, 2L), "F32", 2, -1, 1, 0, 1, new long[64],
        new double[]{1});
  }

  @Override
  public ModuleRanges moduleRanges(String recipe, Path calibration, String module) {
    return null;
  }

  @Override
  public PlanSummary plan(String model, Path config, String recipe, boolean simulate,
      Path calibration,
      KernelReport machine) {
    info(model, config);
    recipeJson(recipe);
    String kernel = machine.kernels().getFirst().id();
    return new PlanSummary(model, simulate ? recipe + ", simulated" : recipe,
        List.of(new ModulePlan("unet.conv_in", "Conv2d", "kept", "fp32", "rule **", kernel, false,
            7104, 14208, List.of(96L, 4L, 3L, 3L), 3552, 0)),
        7104, 14208, 0, machine.baselineRss() + 14208, Map.of(kernel, 1));
  }

  @Override
  public boolean needsCalibration(String recipe) {
    return recipe.endsWith("static");
  }

  @Override
  public Fit fit(SaveRequest request, KernelReport machine) {
    return new Fit(List.of(), 1100, List.of("read by Granular"));
  }

  @Override
  public Calibration calibration(Path file) {
    return CalibrationFile.read(file);
  }

  @Override
  public RunRequest check(RunRequest request) {
    info(request.model(), request.config());
    recipeJson(request.recipe());
    return request;
  }
}

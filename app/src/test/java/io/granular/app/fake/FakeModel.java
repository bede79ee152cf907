package io.granular.app.fake;

import io.granular.engine.studio.ModelInfo;
import io.granular.engine.studio.ModelInfo.Defaults;
import io.granular.engine.studio.ModelInfo.ModuleInfo;
import io.granular.engine.studio.ModelInfo.NetworkInfo;
import io.granular.engine.studio.PlanSummary;
import io.granular.engine.studio.PlanSummary.ModulePlan;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Descriptions in the shape of the bundled model's. */
final class FakeModel {
  private FakeModel() {}

  static ModelInfo info(String model) {
    boolean demo = model.equals("demo");
    List<NetworkInfo> networks =
        List.of(network("text_encoder", "CLIPTextModel", 3_700_000, 37),
            network("unet", "UNet2DConditionModel", 17_500_000, 214),
            network("vae", "AutoencoderKL", 3_400_000, 77));
    String name = demo ? "Emoji 128" : model.substring(model.lastIndexOf('/') + 1);
    return new ModelInfo(model, name, "SD 1.x", networks, 24_600_000, 49_200_000,
        new Defaults(demo ? "a 3d emoji of a fox on a blue background" : "a photo of a harbour", 20,
            3, 128, 128, "dpmpp-2m", "leading", "default", "epsilon",
            List.of("blue heart on a pink background", "grinning face", "a 3d emoji of red heart",
                "smiling face with sunglasses", "angry face on a teal background")));
  }

  static PlanSummary plan(String model, FakeRecipe recipe) {
    List<ModulePlan> modules = IntStream.range(0, 214)
        .mapToObj(i -> new ModulePlan("unet.module." + i, "Linear",
            recipe.quantizes() && i > 31 ? "quantized" : "kept",
            i > 31 ? recipe.scheme() : recipe.quantizes() ? "bf16" : recipe.scheme(), "rule",
            recipe.kernel(), false, 460_000, recipe.weights() / 214))
        .toList();
    return new PlanSummary(model, recipe.info().name(), modules, 98_400_000, recipe.weights(),
        recipe.scales(), recipe.peak() - 3_000_000,
        recipe.quantizes()
            ? Map.of(recipe.kernel(), 182, "onednn-bf16", 32)
            : Map.of(recipe.kernel(), 214));
  }

  private static NetworkInfo network(String name, String type, long parameters, int modules) {
    List<ModuleInfo> list = IntStream.range(0, modules)
        .mapToObj(i -> new ModuleInfo(name + ".module." + i, "Linear", List.of(96L, 96L), "F16",
            parameters / modules, 2 * parameters / modules))
        .toList();
    return new NetworkInfo(name, type, parameters, 2 * parameters, list);
  }
}

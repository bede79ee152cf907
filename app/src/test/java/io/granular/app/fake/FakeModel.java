package io.granular.app.fake;

import io.granular.engine.plan.BuiltInRecipes;
import io.granular.engine.plan.Recipe;
import io.granular.engine.plan.SchemeText;
import io.granular.engine.quant.Granularity;
import io.granular.engine.quant.Scheme;
import io.granular.engine.studio.ModelInfo;
import io.granular.engine.studio.ModelInfo.Defaults;
import io.granular.engine.studio.ModelInfo.ModuleInfo;
import io.granular.engine.studio.ModelInfo.NetworkInfo;
import io.granular.engine.studio.ModuleRanges;
import io.granular.engine.studio.ModuleWeights;
import io.granular.engine.studio.PlanSummary;
import io.granular.engine.studio.PlanSummary.ModulePlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Descriptions in the shape of the bundled model's. */
final class FakeModel {
  private static final List<FakeModules.Module> SMALL = FakeModules.all(1);
  /** About as many modules as SDXL. */
  private static final List<FakeModules.Module> LARGE = FakeModules.all(8);
  private static final BuiltInRecipes RECIPES = new BuiltInRecipes();
  private static final long STORED = 98_400_000;

  private FakeModel() {}

  static ModelInfo info(String model) {
    boolean demo = model.equals("demo");
    List<NetworkInfo> networks = List.of(network(model, "text_encoder", "CLIPTextModel"),
        network(model, "unet", "UNet2DConditionModel"), network(model, "vae", "AutoencoderKL"));
    String name = demo ? "Emoji 128" : model.substring(model.lastIndexOf('/') + 1);
    return new ModelInfo(model, name, "SD 1.x", networks, 24_600_000, 49_200_000,
        new Defaults(demo ? "a 3d emoji of a fox on a blue background" : "a photo of a harbour", 20,
            3, 128, 128, "dpmpp-2m", "leading", "default", "epsilon",
            List.of("blue heart on a pink background", "grinning face", "a 3d emoji of red heart",
                "smiling face with sunglasses", "angry face on a teal background")));
  }

  static List<FakeModules.Module> modules(String model) {
    return model.contains("large") ? LARGE : SMALL;
  }

  static PlanSummary plan(String model, String id, Path calibration) {
    Recipe recipe = RECIPES.open(id);
    List<ModulePlan> modules = new ArrayList<>();
    Map<String, Integer> kernels = new TreeMap<>();
    int statics = 0;
    for (FakeModules.Module module : modules(model)) {
      ModulePlan plan = plan(module, recipe);
      statics += plan.scheme().contains("static") && plan.decision().equals("quantized") ? 1 : 0;
      modules.add(plan);
      if (module.matrix()) {
        kernels.merge(plan.kernel(), 1, Integer::sum);
      }
    }
    PlanSummary.Ranges ranges = statics == 0 ? null
        : new PlanSummary.Ranges(statics, calibration == null ? 0 : statics,
            calibration == null ? 0 : 128, calibration == null ? "" : "built-in prompts");
    FakeRecipe known = FakeRecipe.of(id);
    double share = (double) modules.stream().mapToLong(ModulePlan::bytesAfter).sum()
        / modules.stream().mapToLong(ModulePlan::bytesBefore).sum();
    boolean file = id.endsWith(".json");
    long weights = file ? Math.round(STORED * share) : known.weights();
    return new PlanSummary(model, recipe.name(), modules, STORED, weights, known.scales(),
        file ? weights + 112_000_000 : known.peak() - 3_000_000, kernels, ranges);
  }

  private static ModulePlan plan(FakeModules.Module module, Recipe recipe) {
    int rule = 0;
    while (rule < recipe.rules().size()
        && !recipe.rules().get(rule).match().matches(module.name())) {
      rule++;
    }
    boolean none = rule == recipe.rules().size();
    long before = 4 * module.parameters();
    String reason = none ? "no rule matches"
        : "rules[" + rule + "] " + recipe.rules().get(rule).match();
    int index = none ? -1 : rule;
    Scheme scheme = none ? null : recipe.rules().get(rule).scheme();
    if (scheme instanceof Scheme.Integers integers) {
      if (!module.matrix()) {
        return new ModulePlan(module.name(), module.kind(), "skipped", "bf16",
            "a norm has no matrix to quantize; kept at bf16", "aten", false, before, before / 2,
            module.shape(), module.parameters(), index);
      }
      if (integers.weights().granularity() instanceof Granularity.PerGroup(int size)
          && module.columns() % size != 0) {
        return new ModulePlan(module.name(), module.kind(), "skipped", "fp16",
            module.columns() + " weights per output do not divide into groups of " + size,
            "onednn-bf16", false, before, before / 2, module.shape(), module.parameters(), index);
      }
      boolean simulated =
          integers.activations() != null && integers.activations().bits() < 8;
      String kernel = simulated ? "simulated"
          : integers.activations() == null
              ? "int" + integers.weights().bits() + "-weight-only"
              : "onednn-int8-dynamic";
      return new ModulePlan(module.name(), module.kind(), "quantized", SchemeText.of(integers),
          reason, kernel, simulated, before,
          module.parameters() * integers.weights().bits() / 8 + 4 * module.shape().getFirst(),
          module.shape(), module.parameters(), index);
    }
    String text = scheme == null ? "fp32" : SchemeText.of(scheme);
    return new ModulePlan(module.name(), module.kind(), "kept", text, reason,
        module.matrix() ? "onednn-" + text.replace("fp16", "bf16") : "aten", false, before,
        text.equals("fp32") ? before : before / 2, module.shape(), module.parameters(), index);
  }

  /** A skewed bell curve that widens as the noise falls. */
  static ModuleRanges ranges(String module) {
    double[] histogram = new double[ModuleRanges.BINS];
    for (int i = 0; i < histogram.length; i++) {
      double z = (i - 22) / (i < 22 ? 5.0 : 9.0);
      histogram[i] = 1e6 * Math.exp(-z * z / 2);
    }
    List<ModuleRanges.Step> steps = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      steps.add(new ModuleRanges.Step(999 - 62.5 * i, -3.1 - 0.06 * i, 6.2 + 0.12 * i));
    }
    return new ModuleRanges(module, -4.0, 8.0, -2.9, 6.6, 9.5 / 255, -50, "histogram", histogram,
        -4.0, 8.0, steps, "built-in prompts", 128);
  }

  /** A bell curve, the same for a module each time. */
  static ModuleWeights weights(String model, String name) {
    FakeModules.Module module = modules(model).stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow();
    Random random = new Random(name.hashCode());
    int channels = Math.toIntExact(module.shape().getFirst());
    double[] most = new double[channels];
    Arrays.setAll(most, _ -> 0.08 + 0.06 * random.nextDouble());
    long[] histogram = new long[ModuleWeights.BINS];
    for (int i = 0; i < histogram.length; i++) {
      double z = (i - 31.5) / 11;
      histogram[i] = Math.round(4000 * Math.exp(-z * z / 2) * (0.92 + 0.16 * random.nextDouble()));
    }
    return new ModuleWeights(name, module.shape(), "F16", module.parameters(), -0.139, 0.1312,
        0.0004, 0.0281, histogram, most);
  }

  private static NetworkInfo network(String model, String name, String type) {
    List<ModuleInfo> list = modules(model).stream()
        .filter(module -> module.name().startsWith(name + "."))
        .map(module -> new ModuleInfo(module.name(), module.kind(), module.shape(), "F16",
            module.parameters(), 2 * module.parameters()))
        .toList();
    long parameters = list.stream().mapToLong(ModuleInfo::parameters).sum();
    return new NetworkInfo(name, type, parameters, 2 * parameters, list);
  }
}

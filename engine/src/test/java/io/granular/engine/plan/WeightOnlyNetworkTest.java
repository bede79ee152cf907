package io.granular.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.engine.lower.Capabilities;
import io.granular.engine.lower.KernelProbe;
import io.granular.engine.lower.Kernels;
import io.granular.engine.lower.LoweredNetwork;
import io.granular.engine.lower.Lowering;
import io.granular.engine.lower.PackTools;
import io.granular.engine.metric.Statistics;
import io.granular.engine.network.Graph;
import io.granular.engine.network.Op;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.quant.AffineQuantizer;
import io.granular.engine.quant.FloatReader;
import io.granular.engine.quant.GgmlType;
import io.granular.engine.quant.IntegerScheme;
import io.granular.engine.quant.Scheme;
import io.granular.engine.quant.ggml.GgmlBlocks;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.ModelSources;
import io.granular.engine.store.NamedTensor;
import io.granular.engine.store.SafetensorsFile;
import io.granular.engine.store.SafetensorsWriter;
import io.granular.engine.store.TensorInfo;
import io.granular.engine.store.TensorSource;
import io.granular.engine.torch.ScalarType;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Tensor;
import io.granular.engine.torch.Torch;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A whole U-Net with quantized weights equals the fp32 U-Net on the numbers that those stand for. */
class WeightOnlyNetworkTest {
  private static final Path MODEL = Path.of("src/test/goldens/tiny-sd1");
  private static final Map<String, Long> SIZES =
      Map.of("batch", 2L, "height", 16L, "width", 16L, "tokens", 77L);
  private static Torch torch;
  private static PackTools tools;
  private static Capabilities machine;

  @TempDir
  Path folder;

  @BeforeAll
  static void start() {
    torch = Torch.start(2);
    tools = PackTools.compile();
    machine = KernelProbe.probe(torch).capabilities();
  }

  @AfterAll
  static void stop() {
    tools.close();
    torch.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'bits':8}", "{'bits':6,'granularity':'per_tensor'}",
      "{'bits':5,'mapping':'asymmetric'}",
      "{'bits':4,'granularity':'per_group','group':32,'mapping':'asymmetric'}",
      "{'bits':3,'granularity':'per_group','group':16,'mapping':'symmetric_no_clipping_err'}",
      "{'bits':2,'granularity':'per_group','group':16}", "{'type':'q8_0'}", "{'type':'q5_1'}",
      "{'type':'q5_0'}", "{'type':'q4_1'}", "{'type':'q4_0'}"})
  void equalsFp32OnTheDequantizedWeights(String weights) throws IOException {
    Recipe recipe = RecipeReader.parse("""
        {'version':1,'name':'test','rules':[{'match':'unet.{conv_in,conv_out}','keep':'fp32'},
         {'match':'unet.**.*norm*','keep':'fp32'},{'match':'unet.**','weights':%s},
         {'match':'**','keep':'fp32'}]}""".formatted(weights).replace('\'', '"'), "test");
    Capabilities fp32 = new Capabilities(machine.oneDnn(), false, false, false);
    try (ModelSource model = ModelSources.open(MODEL.toString(), null)) {
      PipelineGraphs graphs = PipelineGraphs.of(model);
      Graph unet = Objects.requireNonNull(graphs.networks().get("unet"));
      TensorSource stored = model.component("unet").tensors();
      Plan plan = new Planner(new Kernels(fp32)).plan(recipe, graphs, model);
      assertThat(plan.simulated()).isEmpty();
      float[] expected;
      try (SafetensorsFile dequantized = SafetensorsFile.open(dequantized(plan, stored))) {
        expected = run(unet, new Planner(new Kernels(fp32))
            .plan(new BuiltInRecipes().open("fp32"), graphs, model), dequantized);
      }

      assertThat(error(expected, run(unet, plan, stored))).isLessThan(2e-4);
      Plan simulated = new Planner(new Kernels(machine, true)).plan(recipe, graphs, model);
      assertThat(simulated.simulated()).isNotEmpty();
      assertThat(error(expected, run(unet, simulated, stored))).isLessThan(2e-4);
      Plan own = new Planner(new Kernels(machine)).plan(recipe, graphs, model);
      assertThat(error(expected, run(unet, own, stored))).isLessThan(machine.bf16() ? 3e-2 : 2e-4);
      assertThat(error(expected, run(unet, new Planner(new Kernels(fp32))
          .plan(new BuiltInRecipes().open("fp32"), graphs, model), stored))).isGreaterThan(1e-3);
    }
  }

  private static double error(float[] expected, float[] actual) {
    return Statistics.maxRelative(expected, actual);
  }

  private static float[] run(Graph unet, Plan plan, TensorSource weights) {
    try (SafetensorsFile inputs =
        SafetensorsFile.open(MODEL.resolve("expected/tensors.safetensors"));
        Scope scope = torch.scope();
        LoweredNetwork network = new Lowering(torch, tools).load(unet, weights,
            plan.kernels("unet"), plan.attention("unet"), plan.tables("unet"), SIZES, true)) {
      Map<String, Tensor> arguments = new LinkedHashMap<>();
      for (String input : unet.inputs().keySet()) {
        arguments.put(input, input.equals("timestep") ? scope.of(new float[]{481, 481}, 2)
            : scope.view(inputs.data("unet." + input), ScalarType.F32,
                inputs.info("unet." + input).dims()));
      }
      return Objects.requireNonNull(network.run(scope, arguments).get("sample")).floats();
    }
  }

  /** The U-Net's tensors in fp32, those that the plan quantizes as the arithmetic alone gives them. */
  private Path dequantized(Plan plan, TensorSource stored) throws IOException {
    Map<String, Scheme.Quantized> schemes = new LinkedHashMap<>();
    Map<String, Op.Matrix> ops = new LinkedHashMap<>();
    for (ModulePlan module : plan.modules()) {
      if (module.network().equals("unet")
          && module.decision() instanceof Decision.Quantized(var scheme)
          && module.op() instanceof Op.Matrix op) {
        schemes.put(module.module() + ".weight", scheme);
        ops.put(module.module() + ".weight", op);
      }
    }
    assertThat(schemes).hasSizeGreaterThan(20);
    List<NamedTensor> tensors = new ArrayList<>();
    for (String name : stored.names()) {
      TensorInfo info = stored.info(name);
      FloatReader reader = FloatReader.of(stored.data(name), info.dtype());
      float[] x = new float[Math.toIntExact(info.elements())];
      Scheme.Quantized scheme = schemes.get(name);
      if (scheme == null) {
        reader.read(0, x, x.length);
      } else {
        Op.Matrix op = Objects.requireNonNull(ops.get(name));
        int rows = Math.toIntExact(op.rows());
        int cols = Math.toIntExact(op.columns());
        switch (scheme.weights()) {
          case IntegerScheme integers ->
            x = AffineQuantizer.quantize(reader, rows, cols, integers).dequantize();
          case GgmlType type -> GgmlBlocks.dequantize(
              MemorySegment.ofArray(GgmlBlocks.quantize(reader, rows, cols, type)), type, x);
        }
      }
      tensors.add(NamedTensor.floats(name, info.shape(), x));
    }
    Path file = folder.resolve("dequantized.safetensors");
    SafetensorsWriter.write(file, Map.of(), tensors);
    return file;
  }
}

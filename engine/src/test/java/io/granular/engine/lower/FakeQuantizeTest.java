package io.granular.engine.lower;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.engine.metric.Statistics;
import io.granular.engine.quant.FloatReader;
import io.granular.engine.quant.Granularity;
import io.granular.engine.quant.Mapping;
import io.granular.engine.quant.WeightScheme;
import io.granular.engine.store.SafetensorsFile;
import io.granular.engine.store.TensorInfo;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Script;
import io.granular.engine.torch.Tensor;
import io.granular.engine.torch.Torch;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values and straight-through gradients against PyTorch's fake quantization, with PyTorch's scales. */
class FakeQuantizeTest {
  private static final Path REFERENCE = Path.of("src/test/goldens/quant/fake_quant.safetensors");

  @ParameterizedTest
  @CsvSource({"tensor,4", "tensor,8", "channel,4", "channel,8"})
  void valuesAndGradientsEqualPyTorchs(String kind, int bits) {
    String key = kind + "." + bits + ".";
    boolean whole = kind.equals("tensor");
    WeightScheme scheme = new WeightScheme(bits,
        whole ? new Granularity.PerTensor() : new Granularity.PerAxis(0), Mapping.SYMMETRIC);
    try (Torch torch = Torch.start(1);
        SafetensorsFile reference = SafetensorsFile.open(REFERENCE);
        Scope scope = torch.scope();
        Script script = Script.compile(List.of(method(scheme)))) {
      float[] x = floats(reference, "x");
      float[] scale = floats(reference, key + "scale");
      long[] rows = {scale.length, x.length / scale.length};
      List<Tensor> results = script.differentiate(scope, "run",
          List.of(scope.of(x, rows), scope.of(scale, scale.length),
              scope.of(floats(reference, "grad_out"), rows)));

      assertThat(Statistics.maxRelative(floats(reference, key + "out"), results.get(0).floats()))
          .isLessThan(1e-6);
      assertThat(
          Statistics.maxRelative(floats(reference, key + "grad_x"), results.get(1).floats()))
          .isLessThan(1e-6);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 8})
  void learnedScalesEqualPyTorchs(int bits) {
    String key = "learned." + bits + ".";
    WeightScheme scheme =
        new WeightScheme(bits, new Granularity.PerAxis(0), Mapping.SYMMETRIC);
    try (Torch torch = Torch.start(1);
        SafetensorsFile reference = SafetensorsFile.open(REFERENCE);
        Scope scope = torch.scope();
        Script script = Script.compile(List.of(learned(scheme)))) {
      float[] x = floats(reference, "x");
      float[] scale = floats(reference, "channel." + bits + ".scale");
      long[] rows = {scale.length, x.length / scale.length};
      List<Tensor> results = script.differentiate(scope, "run",
          List.of(scope.of(x, rows), scope.of(scale, scale.length),
              scope.of(floats(reference, "grad_out"), rows)));

      List<String> names = List.of("out", "grad_x", "grad_scale");
      for (int i = 0; i < names.size(); i++) {
        assertThat(Statistics.maxRelative(floats(reference, key + names.get(i)),
            results.get(i).floats())).as(names.get(i)).isLessThan(1e-5);
      }
    }
  }

  private static String learned(WeightScheme scheme) {
    Code code = new Code();
    code.line("r = torch.requires_grad_(torch.detach(x), True)");
    code.line("s = torch.requires_grad_(torch.detach(scale), True)");
    code.line("zero = torch.zeros_like(scale)");
    String y = LearnedScale.emit(code, "r", "s", "zero", scheme.integers(), 1);
    code.line("g = torch.grad([torch.sum(torch.mul(" + y
        + ", upstream))], [r, s], None, None, False, False)");
    code.line("return [torch.detach(" + y
        + "), unchecked_cast(Tensor, g[0]), unchecked_cast(Tensor, g[1])]");
    return code.method("def run(self: __torch__.Net, x: Tensor, scale: Tensor, upstream: Tensor)"
        + " -> List[Tensor]:");
  }

  private static String method(WeightScheme scheme) {
    Code code = new Code();
    code.line("r = torch.requires_grad_(torch.detach(x), True)");
    code.line("zero = torch.zeros_like(scale, dtype=3)");
    String y = new FakeQuantize(scheme).emit(code, "r", "scale", "zero");
    code.line("g = torch.grad([torch.sum(torch.mul(" + y
        + ", upstream))], [r], None, None, False, False)");
    code.line("return [torch.detach(" + y + "), unchecked_cast(Tensor, g[0])]");
    return code.method("def run(self: __torch__.Net, x: Tensor, scale: Tensor, upstream: Tensor)"
        + " -> List[Tensor]:");
  }

  private static float[] floats(SafetensorsFile file, String name) {
    TensorInfo info = file.info(name);
    float[] values = new float[Math.toIntExact(info.elements())];
    FloatReader.of(file.data(name), info.dtype()).read(0, values, values.length);
    return values;
  }
}

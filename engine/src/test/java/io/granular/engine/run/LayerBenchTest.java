package io.granular.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.engine.lower.KernelProbe;
import io.granular.engine.lower.PackTools;
import io.granular.engine.torch.Torch;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Layers can be timed with every family of kernels; how long they take is not tested. */
class LayerBenchTest {
  @Test
  void everyKindOfLayerIsTimedOnce() {
    try (Torch torch = Torch.start(1); PackTools tools = PackTools.compile()) {
      TorchBench bench =
          new TorchBench(torch, tools, KernelProbe.probe(torch).capabilities());
      for (String recipe : List.of("fp32", "w4-g32", "w8a8-static", "gguf-q4_0")) {
        List<Bench.LayerTiming> layers =
            bench.time(new Bench.Case("demo", recipe, 0, 1, 1, true)).layers();
        assertThat(layers).extracting(Bench.LayerTiming::seconds).allMatch(s -> s > 0);
        assertThat(layers.stream().mapToInt(Bench.LayerTiming::count).sum())
            .isEqualTo(133);
        assertThat(layers).extracting(Bench.LayerTiming::kind).contains("conv 3x3 4 > 96");
        assertThat(layers).hasSizeLessThan(80);
      }
    }
  }
}

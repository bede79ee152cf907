package io.granular.engine.lower;

import io.granular.engine.diffusion.TorchRandom;
import io.granular.engine.network.Dim;
import io.granular.engine.network.Graph;
import io.granular.engine.network.Node;
import io.granular.engine.network.Op;
import io.granular.engine.network.Shape;
import io.granular.engine.network.Value;
import io.granular.engine.quant.ActivationScheme;
import io.granular.engine.quant.Granularity;
import io.granular.engine.quant.LayerStatistics;
import io.granular.engine.quant.Mapping;
import io.granular.engine.quant.Scheme;
import io.granular.engine.quant.Treatments;
import io.granular.engine.quant.Treatments.Clip;
import io.granular.engine.quant.WeightScheme;
import io.granular.engine.store.NamedTensor;
import io.granular.engine.store.SafetensorsFile;
import io.granular.engine.store.SafetensorsWriter;
import io.granular.engine.torch.ScalarType;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Tensor;
import io.granular.engine.torch.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Not a test: prints what treatments cost while a layer runs, at shapes of Stable Diffusion 1.5 (docs/performance.md).
 * Run its main method from the test class path, with nothing else running.
 */
public final class TreatmentTimings {
  private static final int ROUNDS = 15;

  private record Case(String name, Op.Matrix op, Shape input) {}

  private TreatmentTimings() {}

  /** Takes no arguments. */
  public static void main(String[] args) throws IOException {
    List<Case> cases = List.of(
        linear("L1", 4096, 640, 640), linear("L2", 4096, 320, 2560), linear("L3", 1024, 1280, 1280),
        conv("C1", 2, 320, 64), conv("C2", 2, 640, 32), conv("C3", 2, 1280, 16));
    WeightScheme axis = new WeightScheme(8, new Granularity.PerAxis(0), Mapping.SYMMETRIC);
    WeightScheme groups = new WeightScheme(4, new Granularity.PerGroup(32), Mapping.ASYMMETRIC);
    ActivationScheme dynamic = new ActivationScheme(8, new Granularity.PerToken(),
        Mapping.SYMMETRIC, ActivationScheme.Range.DYNAMIC);
    SequencedMap<String, Treatments> treatments = new LinkedHashMap<>();
    treatments.put("alone", Treatments.NONE);
    treatments.put("smooth", new Treatments(false, 0.5, false, 0, Clip.MINMAX, null, false));
    treatments.put("rotate", new Treatments(false, null, true, 0, Clip.MINMAX, null, false));
    treatments.put("low_rank 32",
        new Treatments(false, null, false, 32, Clip.MINMAX, null, false));
    treatments.put("split", new Treatments(true, null, false, 0, Clip.MINMAX, null, false));
    Path folder = Files.createTempDirectory("timings");
    try (Torch torch = Torch.start(2); PackTools tools = PackTools.compile()) {
      Kernels kernels = new Kernels(KernelProbe.probe(torch).capabilities());
      for (Case layer : cases) {
        Path file = folder.resolve("weights.safetensors");
        write(file, layer.op);
        SequencedMap<String, Kernel> all = new LinkedHashMap<>();
        all.put("fp32", kernels.choose(layer.op, new Scheme.Keep(ScalarType.F32)).kernel());
        treatments.forEach((name, treatment) -> {
          int boundary = treatment.split() ? channels(layer.op) / 2 : 0;
          all.put("w8a8 " + name, kernels.choose(layer.op,
              new Scheme.Integers(axis, dynamic, Scheme.Method.PTQ, treatment), null, boundary)
              .kernel());
          all.put("w4-g32 " + name, kernels.choose(layer.op,
              new Scheme.Integers(groups, null, Scheme.Method.PTQ, treatment), null, boundary)
              .kernel());
        });
        time(torch, tools, layer, file, all);
      }
    }
  }

  /** All kernels in turn, so that noise of the machine meets all of them. */
  private static void time(Torch torch, PackTools tools, Case layer, Path file,
      SequencedMap<String, Kernel> kernels) {
    Value x = new Value(0, layer.input);
    Value y = new Value(1, layer.input);
    Graph graph = new Graph("layer", named("x", x),
        List.of(new Node("m", layer.op, List.of(x), y)), named("y", y));
    long[] dims = layer.input.at(Map.of());
    int n = Math.toIntExact(Arrays.stream(dims).reduce(1, Math::multiplyExact));
    float[] input = new TorchRandom(1).randn(n);
    int channels = channels(layer.op);
    float[] largest = new float[channels];
    Arrays.fill(largest, 4);
    LayerStatistics seen = new LayerStatistics(new float[channels], largest, List.of());
    SequencedMap<String, LoweredNetwork> networks = new LinkedHashMap<>();
    Map<String, List<Double>> seconds = new LinkedHashMap<>();
    try (SafetensorsFile weights = SafetensorsFile.open(file)) {
      kernels.forEach((name, kernel) -> {
        seconds.put(name, new ArrayList<>());
        networks.put(name, new Lowering(torch, tools).load(graph, weights, Map.of("m", kernel),
            new AttentionKernel(ScalarType.F32, false), Map.of(), Map.of(), true,
            _ -> List.of(seen)));
      });
      for (int round = -2; round < ROUNDS; round++) {
        for (var network : networks.entrySet()) {
          try (Scope scope = torch.scope()) {
            Tensor own = scope.of(input, dims);
            long start = System.nanoTime();
            network.getValue().run(scope, Map.of("x", own));
            if (round >= 0) {
              seconds.get(network.getKey()).add((System.nanoTime() - start) * 1e-9);
            }
          }
        }
      }
    }
    double exact = median(seconds.get("fp32"));
    seconds.forEach((name, times) -> System.out.printf(Locale.ROOT,
        "%s %-20s %7.2f ms  fp32/this %.2f  this/alone %.2f%n", layer.name, name,
        1e3 * median(times), exact / median(times),
        median(times) / median(seconds.getOrDefault(name.split(" ")[0] + " alone", times))));
    networks.values().forEach(LoweredNetwork::close);
  }

  private static double median(@Nullable List<Double> times) {
    List<Double> sorted = new ArrayList<>(times == null ? List.of(Double.NaN) : times);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }

  private static Case linear(String name, int rows, int in, int out) {
    return new Case(name, new Op.Linear(in, out, true),
        Shape.of(Dim.of(1), Dim.of(rows), Dim.of(in)));
  }

  private static Case conv(String name, int batch, int channels, int side) {
    return new Case(name, new Op.Conv2d(channels, channels, 3, 1, 1, 0, true),
        Shape.of(Dim.of(batch), Dim.of(channels), Dim.of(side), Dim.of(side)));
  }

  private static int channels(Op.Matrix op) {
    return switch (op) {
      case Op.Linear l -> l.in();
      case Op.Conv2d c -> c.in();
    };
  }

  private static void write(Path file, Op.Matrix op) throws IOException {
    List<NamedTensor> tensors = new ArrayList<>();
    for (var p : op.parameters()) {
      int n = Math.toIntExact(p.elements());
      tensors.add(NamedTensor.floats("m." + p.name(), p.shape(), new TorchRandom(2).randn(n)));
    }
    SafetensorsWriter.write(file, Map.of(), tensors);
  }

  private static SequencedMap<String, Value> named(String name, Value value) {
    SequencedMap<String, Value> map = new LinkedHashMap<>();
    map.put(name, value);
    return map;
  }
}

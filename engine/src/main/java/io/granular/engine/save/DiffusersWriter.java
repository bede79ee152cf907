package io.granular.engine.save;

import io.granular.engine.lower.StoredForm;
import io.granular.engine.network.Op;
import io.granular.engine.plan.Decision;
import io.granular.engine.plan.ModulePlan;
import io.granular.engine.plan.SchemeText;
import io.granular.engine.quant.QuantizedWeight;
import io.granular.engine.quant.Scheme;
import io.granular.engine.store.Component;
import io.granular.engine.store.FloatTensor;
import io.granular.engine.store.NamedTensor;
import io.granular.engine.store.SafetensorsOutput;
import io.granular.engine.store.TensorInfo;
import io.granular.engine.store.TensorSource;
import io.granular.engine.torch.JavaHeap;
import io.granular.engine.torch.ScalarType;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A diffusers folder of fp16 weights: the numbers that the integers stand for, for programs that know no quantized form.
 * Rotation, smoothing and low-rank branches are multiplied back into the weights.
 */
final class DiffusersWriter implements ModelWriter {
  @Override
  public Fit fit(SaveSubject subject) {
    List<Refusal> refusals = new ArrayList<>();
    long bytes = 0;
    boolean activations = false;
    for (Component component : subject.model().components().values()) {
      Contents contents = Contents.of(subject, component);
      for (Contents.Item item : contents.items()) {
        bytes += component.tensors().info(item.name()).elements() * ScalarType.F16.bytes() + 200;
        ModulePlan module = item.module();
        if (module != null && item.quantized()) {
          activations |= module.decision() instanceof Decision.Quantized(Scheme.Integers integers)
              && integers.activations() != null;
          correction(module).ifPresent(refusals::add);
        }
      }
    }
    List<String> notes =
        new ArrayList<>(List.of("Read by diffusers. The weights are those that the "
            + "integers stand for, rounded to fp16; the file is as large as one that was never quantized."));
    if (activations) {
      notes.add(
          "Inputs that the recipe turns into integers stay in floating point in other programs.");
    }
    return new Fit(refusals, bytes, notes);
  }

  /** A layer without a bias has nowhere to put its correction. */
  static Optional<Refusal> correction(ModulePlan module) {
    StoredForm form = StoredForm.of(Objects.requireNonNull(module.kernel())).orElseThrow();
    if (!form.treatments().biasCorrection() || ((Op.Matrix) module.op()).bias()) {
      return Optional.empty();
    }
    return Optional.of(new Refusal(module.name(), text(module),
        "its bias is corrected, and the layer has no bias in a diffusers folder",
        "the same rule without bias_correction, or --format safetensors"));
  }

  static String text(ModulePlan module) {
    return module.decision() instanceof Decision.Quantized(var scheme)
        ? SchemeText.of(scheme)
        : module.decision().text();
  }

  @Override
  public void write(SaveSubject subject, SavedWeights weights, Provenance provenance, Path target,
      SaveProgress progress) throws IOException {
    FolderFiles.write(target, PipelineFiles.documents(subject.model()));
    FolderFiles.write(target, PipelineFiles.of(subject.model()));
    List<Contents> contents =
        subject.model().components().values().stream().map(c -> Contents.of(subject, c)).toList();
    progress.expect(contents.stream().mapToInt(c -> c.items().size()).sum());
    for (Contents component : contents) {
      write(component, weights, target, progress);
    }
  }

  private static void write(Contents contents, SavedWeights weights, Path target,
      SaveProgress progress) throws IOException {
    TensorSource tensors = contents.component().tensors();
    List<TensorInfo> infos = contents.items()
        .stream()
        .map(item -> new TensorInfo(item.name(), ScalarType.F16, tensors.info(item.name()).shape()))
        .toList();
    Path file = target.resolve(contents.component().name())
        .resolve(FolderFiles.weights(contents.component(), false));
    JavaHeap heap = new JavaHeap();
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      SafetensorsOutput output = SafetensorsOutput.begin(channel, Map.of("format", "pt"), infos);
      Map<String, QuantizedWeight> corrections = new HashMap<>();
      for (Contents.Item item : contents.items()) {
        progress.next();
        List<Long> shape = tensors.info(item.name()).shape();
        if (item.quantized()) {
          QuantizedWeight quantized = weights.of(Objects.requireNonNull(item.module()));
          corrections.put(GranularWriter.bias(item.name()), quantized);
          output.put(
              FloatTensor.of(quantized.dequantize(), item.name(), shape, ScalarType.F16));
        } else {
          output.put(floats(tensors, item.name(), shape, corrections.remove(item.name())));
        }
        heap.tidy();
      }
      output.end();
    }
  }

  private static NamedTensor floats(TensorSource tensors, String name, List<Long> shape,
      @Nullable QuantizedWeight correction) {
    if (correction instanceof QuantizedWeight.Integers integers) {
      float[] bias = Numbers.read(tensors, name);
      integers.correct(bias);
      return FloatTensor.of(bias, name, shape, ScalarType.F16);
    }
    return FloatTensor.of(tensors, name, name, shape, ScalarType.F16);
  }

  @Override
  public SaveCheck.Saved opened(SaveSubject subject, Path path) {
    return new SaveCheck.Saved(path, null, "fp16");
  }
}

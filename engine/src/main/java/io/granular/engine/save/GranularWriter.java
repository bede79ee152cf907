package io.granular.engine.save;

import io.granular.engine.lower.QuantizedLayers;
import io.granular.engine.lower.StoredForm;
import io.granular.engine.network.Op;
import io.granular.engine.plan.ChosenRecipe;
import io.granular.engine.plan.ModulePlan;
import io.granular.engine.plan.RecipeWriter;
import io.granular.engine.quant.QuantizedWeight;
import io.granular.engine.quant.ValueRange;
import io.granular.engine.store.Component;
import io.granular.engine.store.FloatTensor;
import io.granular.engine.store.NamedTensor;
import io.granular.engine.store.QuantizedSafetensors;
import io.granular.engine.store.SafetensorsOutput;
import io.granular.engine.store.SavedHeader;
import io.granular.engine.store.SavedModel;
import io.granular.engine.store.TensorInfo;
import io.granular.engine.torch.JavaHeap;
import io.granular.engine.torch.ScalarType;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Granular's own format: a folder laid out as diffusers does, with quantized weights as packed integers. */
final class GranularWriter implements ModelWriter {
  static final String RECIPE = "recipe.json";

  @Override
  public Fit fit(SaveSubject subject) {
    long bytes = 0;
    for (Component component : subject.model().components().values()) {
      bytes += new Layout(Contents.of(subject, component)).bytes();
    }
    return new Fit(List.of(), bytes, List.of("Read by Granular; components of which nothing is "
        + "quantized also by diffusers and transformers."));
  }

  @Override
  public void write(SaveSubject subject, SavedWeights weights, Provenance provenance, Path target,
      SaveProgress progress) throws IOException {
    FolderFiles.write(target, PipelineFiles.documents(subject.model()));
    FolderFiles.write(target, PipelineFiles.of(subject.model()));
    String recipe = RecipeWriter.write(subject.plan().recipe());
    FolderFiles.write(target, Map.of(RECIPE, recipe.getBytes(StandardCharsets.UTF_8)));
    Map<String, String> header = SavedHeader.metadata(new SavedModel("", Optional.of(recipe),
        ranges(subject), provenance.version(), provenance.model(), provenance.modelDigest(),
        Objects.requireNonNullElse(provenance.calibrationDigest(), "")));
    List<Contents> contents =
        subject.model().components().values().stream().map(c -> Contents.of(subject, c)).toList();
    progress.expect(contents.stream().mapToInt(c -> c.items().size()).sum());
    for (Contents component : contents) {
      write(component, weights, header, target, progress);
    }
  }

  @Override
  public SaveCheck.Saved opened(SaveSubject subject, Path path) {
    return new SaveCheck.Saved(path, null, ChosenRecipe.STORED);
  }

  private static void write(Contents contents, SavedWeights weights,
      Map<String, String> header, Path target, SaveProgress progress) throws IOException {
    Layout layout = new Layout(contents);
    Map<String, String> metadata = new LinkedHashMap<>(header);
    metadata.putAll(QuantizedSafetensors.metadata(layout.quantized));
    metadata.put("format", "pt");
    Path file = target.resolve(contents.component().name())
        .resolve(FolderFiles.weights(contents.component(), !layout.quantized.isEmpty()));
    JavaHeap heap = new JavaHeap();
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      SafetensorsOutput output = SafetensorsOutput.begin(channel, metadata, layout.infos);
      Map<String, QuantizedWeight> corrections = new LinkedHashMap<>();
      for (Contents.Item item : contents.items()) {
        progress.next();
        QuantizedSafetensors.Description description = layout.quantized.get(item.name());
        if (description != null) {
          QuantizedWeight quantized = weights.of(Objects.requireNonNull(item.module()));
          for (NamedTensor tensor : description.tensors(item.name(), quantized)) {
            output.put(tensor);
          }
          if (description.biasCorrected()) {
            corrections.put(bias(item.name()), quantized);
          }
        } else {
          output.put(floats(contents, item, corrections.remove(item.name())));
        }
        heap.tidy();
      }
      output.end();
    }
  }

  private static NamedTensor floats(Contents contents, Contents.Item item,
      @Nullable QuantizedWeight correction) {
    var tensors = contents.component().tensors();
    List<Long> shape = tensors.info(item.name()).shape();
    if (correction instanceof QuantizedWeight.Integers integers) {
      float[] bias = Numbers.read(tensors, item.name());
      integers.correct(bias);
      return FloatTensor.of(bias, item.name(), shape, ScalarType.F32);
    }
    return FloatTensor.of(tensors, item.name(), item.name(), shape,
        Objects.requireNonNull(item.type()));
  }

  static String bias(String weight) {
    return weight.substring(0, weight.length() - "weight".length()) + "bias";
  }

  static Map<String, ValueRange> ranges(SaveSubject subject) {
    Map<String, ValueRange> ranges = new LinkedHashMap<>();
    for (ModulePlan module : subject.plan().modules()) {
      ValueRange range = module.kernel() == null ? null : QuantizedLayers.range(module.kernel());
      if (range != null) {
        ranges.put(module.name(), range);
      }
    }
    return ranges;
  }

  /** What the file of a component will hold, known from the plan alone. */
  private static final class Layout {
    private final Map<String, QuantizedSafetensors.Description> quantized = new LinkedHashMap<>();
    private final List<TensorInfo> infos = new ArrayList<>();

    Layout(Contents contents) {
      var tensors = contents.component().tensors();
      List<String> corrected = new ArrayList<>();
      for (Contents.Item item : contents.items()) {
        List<Long> shape = tensors.info(item.name()).shape();
        ScalarType type = item.type();
        if (type != null) {
          infos.add(new TensorInfo(item.name(),
              corrected.contains(item.name()) ? ScalarType.F32 : type, shape));
          continue;
        }
        ModulePlan module = Objects.requireNonNull(item.module());
        StoredForm form =
            StoredForm.of(Objects.requireNonNull(module.kernel())).orElseThrow();
        boolean bias = form.treatments().biasCorrection() && ((Op.Matrix) module.op()).bias();
        if (bias) {
          corrected.add(bias(item.name()));
        }
        QuantizedSafetensors.Description description = new QuantizedSafetensors.Description(
            form.scheme(), form.treatments(), form.boundary(), bias,
            module.op().parameters().getFirst().shape());
        quantized.put(item.name(), description);
        infos.addAll(description.infos(item.name()));
      }
    }

    long bytes() {
      return infos.stream().mapToLong(TensorInfo::bytes).sum() + 300L * infos.size();
    }
  }
}

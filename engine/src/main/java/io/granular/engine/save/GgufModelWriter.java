package io.granular.engine.save;

import io.granular.engine.plan.ChosenRecipe;
import io.granular.engine.plan.RecipeWriter;
import io.granular.engine.save.SaveOptions.GgufLayout;
import io.granular.engine.store.BadModelException;
import io.granular.engine.store.Component;
import io.granular.engine.store.Family;
import io.granular.engine.store.GgufOutput;
import io.granular.engine.store.GgufType;
import io.granular.engine.store.GgufValue;
import io.granular.engine.store.SavedHeader;
import io.granular.engine.store.SavedModel;
import io.granular.engine.torch.JavaHeap;
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
import java.util.SequencedMap;

/**
 * A GGUF file under the names of original checkpoints: the whole pipeline as stable-diffusion.cpp has it, or the U-Net alone
 * as ComfyUI-GGUF has it. What programs do not look for is in keys that begin with {@code granular.}.
 */
final class GgufModelWriter implements ModelWriter {
  private static final String UNET = "unet";
  private static final String FILE = "granular.file.";

  @Override
  public Fit fit(SaveSubject subject) {
    List<Refusal> refusals = new ArrayList<>();
    List<GgufTensor> tensors = new ArrayList<>();
    for (Component component : components(subject)) {
      GgufLayoutPlan plan = GgufLayoutPlan.of(subject, component);
      refusals.addAll(plan.refusals());
      tensors.addAll(plan.tensors());
    }
    long bytes =
        tensors.stream().mapToLong(t -> t.output().bytes() + 120).sum() + sideBytes(subject);
    return new Fit(refusals, bytes, refusals.isEmpty() ? notes(subject, tensors) : List.of());
  }

  private static long sideBytes(SaveSubject subject) {
    try {
      return PipelineFiles.of(subject.model()).values().stream().mapToLong(c -> c.length).sum();
    } catch (IOException e) {
      throw new BadModelException(subject.model().path(), "cannot be read (" + e.getMessage() + ")",
          "Check that its files may be read", e);
    }
  }

  private static List<String> notes(SaveSubject subject, List<GgufTensor> tensors) {
    boolean reshaped = tensors.stream().anyMatch(GgufTensor::reshaped);
    boolean unet = subject.options().gguf() == GgufLayout.UNET;
    List<String> notes = new ArrayList<>();
    if (unet) {
      notes.add("Read by ComfyUI-GGUF (Unet Loader) and Granular; other programs may not know its "
          + "names without a prefix.");
    } else if (reshaped) {
      notes.add(
          "Convolutions are quantized, reshaped as ComfyUI-GGUF does; stable-diffusion.cpp reads "
              + "them in 16 bits only: use --keep-convolutions for it.");
    } else {
      notes.add("Read by stable-diffusion.cpp, ComfyUI-GGUF (the U-Net) and Granular.");
    }
    if (subject.options().keepConvolutions()) {
      notes.add("Convolutions that the recipe quantizes are kept in fp16, as asked, so pictures "
          + "differ from those of the recipe.");
    }
    return notes;
  }

  private static List<Component> components(SaveSubject subject) {
    return subject.options().gguf() == GgufLayout.UNET
        ? List.of(subject.model().component(UNET))
        : List.copyOf(subject.model().components().values());
  }

  @Override
  public void write(SaveSubject subject, SavedWeights weights, Provenance provenance, Path target,
      SaveProgress progress) throws IOException {
    List<GgufTensor> tensors = new ArrayList<>();
    for (Component component : components(subject)) {
      tensors.addAll(GgufLayoutPlan.of(subject, component).tensors());
    }
    progress.expect(tensors.size());
    JavaHeap heap = new JavaHeap();
    try (FileChannel channel =
        FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      GgufOutput output = GgufOutput.begin(channel, metadata(subject, provenance, tensors),
          tensors.stream().map(GgufTensor::output).toList());
      for (GgufTensor tensor : tensors) {
        progress.next();
        output.put(tensor.output().name(), tensor.content(weights));
        heap.tidy();
      }
      output.end();
    }
  }

  private static SequencedMap<String, GgufValue> metadata(SaveSubject subject,
      Provenance provenance, List<GgufTensor> tensors) throws IOException {
    SequencedMap<String, GgufValue> metadata = new LinkedHashMap<>();
    metadata.put("general.architecture",
        new GgufValue.Text(subject.model().family() == Family.SDXL ? "sdxl" : "sd1"));
    metadata.put("general.name", new GgufValue.Text(subject.model().name()));
    metadata.put("general.quantization_version", new GgufValue.Whole(2));
    metadata.put("general.file_type", new GgufValue.Whole(fileType(tensors)));
    for (GgufTensor tensor : tensors) {
      if (tensor.reshaped()) {
        metadata.put("comfy.gguf.orig_shape." + tensor.output().name(), new GgufValue.Values(
            tensor.shape().stream().<GgufValue>map(GgufValue.Whole::new).toList()));
      }
    }
    // A recipe that does not say what the file holds would be no help: then the file speaks for itself.
    Optional<String> recipe = subject.options().keepConvolutions() ? Optional.empty()
        : Optional.of(RecipeWriter.write(subject.plan().recipe()));
    SavedHeader.metadata(new SavedModel("", recipe, Map.of(), provenance.version(),
        provenance.model(), provenance.modelDigest(),
        Objects.requireNonNullElse(provenance.calibrationDigest(), "")))
        .forEach((key, value) -> metadata.put(key, new GgufValue.Text(value)));
    if (subject.options().gguf() == GgufLayout.FULL) {
      PipelineFiles.of(subject.model())
          .forEach((path, content) -> metadata.put(FILE + path,
              new GgufValue.Text(new String(content, StandardCharsets.UTF_8))));
    }
    return metadata;
  }

  /** {@code llama_ftype} of the type that most numbers have. */
  private static int fileType(List<GgufTensor> tensors) {
    Map<GgufType, Long> numbers = new LinkedHashMap<>();
    tensors.forEach(t -> numbers.merge(t.output().type(), t.output().bytes(), Long::sum));
    GgufType most = numbers.entrySet()
        .stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse(GgufType.of(0));
    return switch (most.id()) {
      case 0 -> 0;
      case 1 -> 1;
      case 2 -> 2;
      case 3 -> 3;
      case 6 -> 8;
      case 7 -> 9;
      case 8 -> 7;
      case 30 -> 32;
      default -> 1;
    };
  }

  @Override
  public SaveCheck.Saved opened(SaveSubject subject, Path path) {
    return new SaveCheck.Saved(path,
        subject.options().gguf() == GgufLayout.UNET ? subject.model().path() : null,
        ChosenRecipe.STORED);
  }
}

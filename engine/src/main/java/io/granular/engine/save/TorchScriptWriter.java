package io.granular.engine.save;

import io.granular.engine.network.Graph;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.plan.RecipeWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * TorchScript archives of all networks with their integers and kernels, which {@code torch.jit.load} opens without any
 * other code: {@code text_encoder/model.pt}, {@code unet/model.pt}, {@code vae_decoder/model.pt},
 * {@code vae_encoder/model.pt}.
 */
final class TorchScriptWriter implements ModelWriter {
  private static final String MODEL = "model.pt";
  private static final long TEXT_BYTES = 4L << 20;

  @Override
  public Fit fit(SaveSubject subject) {
    long bytes = subject.plan().cost().total() + TEXT_BYTES;
    boolean integers = subject.plan()
        .kernelCounts()
        .keySet()
        .stream()
        .anyMatch(kernel -> kernel.startsWith("onednn-int8") || kernel.startsWith("onednn-w"));
    List<String> general =
        List.of("Opened by torch.jit.load of PyTorch 2.7 or later; forward takes "
            + "the tensors of the network in order and returns them by name.");
    return new Fit(List.of(), bytes, integers
        ? List.of(general.getFirst(),
            "Layers with 8-bit inputs run on oneDNN's int8 kernels, which "
                + "PyTorch has on x86 processors; they reorder their weights at each call.")
        : general);
  }

  @Override
  public void write(SaveSubject subject, SavedWeights weights, Provenance provenance, Path target,
      SaveProgress progress) throws IOException {
    FolderFiles.write(target, PipelineFiles.documents(subject.model()));
    FolderFiles.write(target, PipelineFiles.of(subject.model()));
    FolderFiles.write(target, Map.of(GranularWriter.RECIPE,
        RecipeWriter.write(subject.plan().recipe()).getBytes(StandardCharsets.UTF_8)));
    progress.expect(subject.graphs().networks().size());
    for (Graph graph : subject.graphs().networks().values()) {
      progress.next();
      Path file = file(target, graph.name());
      Files.createDirectories(file.getParent());
      weights.torchScript(file, graph, sizes(subject, graph.name()));
    }
  }

  @Override
  public Reopened opened(SaveSubject subject, Path path) {
    return new TorchScriptNetworks(path, subject.graphs());
  }

  static Path file(Path folder, String network) {
    return folder.resolve(OnnxWriter.folder(network)).resolve(MODEL);
  }

  /** Two samples, as with guidance, of the size that the model was trained for. */
  private static Map<String, Long> sizes(SaveSubject subject, String network) {
    PipelineGraphs graphs = subject.graphs();
    long side = graphs.latentSide();
    long pixels = network.equals(PipelineGraphs.ENCODER) ? side * graphs.vae().factor() : side;
    return Map.of("batch", network.equals("unet") ? 2L : 1L, "height", pixels, "width", pixels,
        "tokens",
        (long) Objects.requireNonNull(subject.model().tokenizer("text_encoder")).maxLength());
  }
}

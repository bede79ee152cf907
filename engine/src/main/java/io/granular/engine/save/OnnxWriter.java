package io.granular.engine.save;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.network.Graph;
import io.granular.engine.network.Op;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.onnx.ElementType;
import io.granular.engine.onnx.LayerForm;
import io.granular.engine.onnx.OnnxNetwork;
import io.granular.engine.plan.Decision;
import io.granular.engine.plan.ModulePlan;
import io.granular.engine.plan.RecipeWriter;
import io.granular.engine.plan.SchemeText;
import io.granular.engine.store.Component;
import io.granular.engine.torch.ScalarType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * ONNX models of all networks, laid out and named as Optimum does: {@code text_encoder/model.onnx}, {@code unet/model.onnx},
 * {@code vae_decoder/model.onnx}, {@code vae_encoder/model.onnx}.
 */
final class OnnxWriter implements ModelWriter {
  private static final String MODEL = "model.onnx";

  @Override
  public Fit fit(SaveSubject subject) {
    List<Refusal> refusals = new ArrayList<>();
    long bytes = 1 << 20;
    boolean zeros = false;
    boolean brain = false;
    for (ModulePlan module : subject.plan().modules()) {
      Optional<Refusal> refusal = OnnxFit.refusal(module);
      refusal.ifPresent(refusals::add);
      brain |= module.decision().held().filter(type -> type == ScalarType.BF16).isPresent()
          && module.op() instanceof Op.Matrix;
      if (refusal.isEmpty()) {
        LayerForm form = OnnxLayers.form(module, qdq(subject));
        zeros |= form instanceof LayerForm.Integers(_, var input, _) && input != null
            && !input.signed();
        bytes += OnnxFit.bytes(module.op(), form);
      }
    }
    List<String> notes = new ArrayList<>(List.of("Read by ONNX Runtime and Optimum: "
        + "ORTDiffusionPipeline.from_pretrained opens the folder."));
    if (brain) {
      notes.add("Weights kept in bf16 are stored so and computed in fp32: ONNX runtimes have few "
          + "operators in bf16.");
    }
    if (zeros) {
      notes.add("TensorRT takes inputs without zero points only, and some here have one; give the "
          + "recipe's activations the symmetric mapping for it.");
    }
    return new Fit(refusals, bytes, notes);
  }

  @Override
  public void write(SaveSubject subject, SavedWeights weights, Provenance provenance, Path target,
      SaveProgress progress) throws IOException {
    FolderFiles.write(target, PipelineFiles.documents(subject.model()));
    FolderFiles.write(target, files(subject));
    progress.expect((int) subject.plan()
        .modules()
        .stream()
        .filter(module -> module.decision() instanceof Decision.Quantized)
        .count());
    boolean xl = subject.graphs().networks().containsKey("text_encoder_2");
    for (Graph graph : subject.graphs().networks().values()) {
      Component component =
          subject.model().component(PipelineGraphs.component(graph.name()));
      OnnxLayers layers = new OnnxLayers(subject, graph.name(), component.tensors(), weights,
          progress, qdq(subject));
      Path file = target.resolve(folder(graph.name())).resolve(MODEL);
      Files.createDirectories(file.getParent());
      OnnxNetwork.Written written = new OnnxNetwork(graph, component.tensors(), layers,
          stream(subject, graph), xl && graph.name().startsWith("text_encoder"))
          .write(file, provenance.version(), facts(subject, provenance));
      progress.check();
      if (!qdq(subject)) {
        TensorRtCache.write(file.resolveSibling("calibration.cache"), subject.plan(),
            graph.name(), written.inputs());
      }
    }
  }

  @Override
  public Reopened opened(SaveSubject subject, Path path) {
    return new OnnxRuntimeNetworks(path);
  }

  /** The folder of a network. */
  static String folder(String network) {
    return network.replace("vae.decode", "vae_decoder").replace("vae.encode", "vae_encoder");
  }

  static Path file(Path folder, String network) {
    return folder.resolve(folder(network)).resolve(MODEL);
  }

  private static boolean qdq(SaveSubject subject) {
    return subject.options().onnx() == OnnxForm.QDQ;
  }

  /** Half precision throughout where the plan keeps nothing wider, as exporters' fp16 has it. */
  private static ElementType stream(SaveSubject subject, Graph graph) {
    boolean half = false;
    for (ModulePlan module : subject.plan().modules()) {
      if (module.network().equals(graph.name()) && module.op() instanceof Op.Matrix) {
        Optional<ScalarType> held = module.decision().held();
        if (held.isPresent() && held.get() != ScalarType.F16) {
          return ElementType.FLOAT;
        }
        half |= held.isPresent();
      }
    }
    boolean overflows = graph.name().startsWith("vae.")
        && subject.model().component("vae").config().path("force_upcast").asBoolean();
    return half && !overflows ? ElementType.FLOAT16 : ElementType.FLOAT;
  }

  /** A diffusers folder's small files, with an encoder and a decoder in place of the autoencoder. */
  private static Map<String, byte[]> files(SaveSubject subject) throws IOException {
    Map<String, byte[]> files = new TreeMap<>(PipelineFiles.of(subject.model()));
    byte[] vae = Objects.requireNonNull(files.remove("vae/config.json"));
    ObjectMapper json = new ObjectMapper();
    ObjectNode index = (ObjectNode) json.readTree(files.get("model_index.json"));
    index.remove("vae");
    for (String half : List.of("vae_decoder", "vae_encoder")) {
      files.put(half + "/config.json", vae);
      index.putArray(half).add("diffusers").add("OnnxRuntimeModel");
    }
    files.put("model_index.json",
        (index.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8));
    files.put(GranularWriter.RECIPE,
        RecipeWriter.write(subject.plan().recipe()).getBytes(StandardCharsets.UTF_8));
    return files;
  }

  private static Map<String, String> facts(SaveSubject subject, Provenance provenance) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("granular.model", provenance.model());
    facts.put("granular.model_sha256", provenance.modelDigest());
    facts.put("granular.recipe", subject.plan().recipe().name());
    String calibration = provenance.calibrationDigest();
    if (calibration != null) {
      facts.put("granular.calibration_sha256", calibration);
    }
    return facts;
  }

  static String text(ModulePlan module) {
    return module.decision() instanceof Decision.Quantized(var scheme)
        ? SchemeText.of(scheme)
        : module.decision().text();
  }
}

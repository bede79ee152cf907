package io.granular.engine.studio.local;

import io.granular.engine.network.Graph;
import io.granular.engine.network.Node;
import io.granular.engine.network.Op;
import io.granular.engine.network.Parameter;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.plan.ChosenRecipe;
import io.granular.engine.plan.Recipe;
import io.granular.engine.run.RunRequest;
import io.granular.engine.run.SamplerChoice;
import io.granular.engine.store.Component;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.PromptDefaults;
import io.granular.engine.store.SavedModel;
import io.granular.engine.store.TensorSource;
import io.granular.engine.studio.ModelInfo;
import io.granular.engine.studio.ModelInfo.Defaults;
import io.granular.engine.studio.ModelInfo.ModuleInfo;
import io.granular.engine.studio.ModelInfo.NetworkInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An opened model in the facade's words. */
final class ModelDescription {
  private ModelDescription() {}

  /**
   * @param usual a request filled in by the model alone
   */
  static ModelInfo of(String model, ModelSource source, PipelineGraphs graphs, RunRequest usual) {
    List<NetworkInfo> networks =
        source.components().values().stream().map(c -> network(c, graphs)).toList();
    return new ModelInfo(model, source.name(), source.family().label(), networks,
        networks.stream().mapToLong(NetworkInfo::parameters).sum(),
        networks.stream().mapToLong(NetworkInfo::bytes).sum(),
        defaults(source.promptDefaults(), usual), quantized(source, graphs));
  }

  private static ModelInfo.@Nullable Quantized quantized(ModelSource source,
      PipelineGraphs graphs) {
    Recipe recipe = ChosenRecipe.storedIn(source, graphs).orElse(null);
    if (recipe == null) {
      return null;
    }
    Map<String, Integer> types = new TreeMap<>();
    for (Component component : source.components().values()) {
      TensorSource tensors = component.tensors();
      tensors.names()
          .stream()
          .filter(name -> tensors.info(name).shape().size() > 1)
          .forEach(name -> types.merge(tensors.storedType(name), 1, Integer::sum));
    }
    SavedModel saved = source.saved()
        .orElseGet(() -> new SavedModel("", Optional.empty(), Map.of(), "", "", "", ""));
    return new ModelInfo.Quantized(saved.format(), recipe.name(), types, saved.version(),
        saved.source(), saved.sourceDigest(), saved.calibrationDigest());
  }

  /** All graphs of one component; an autoencoder has two. */
  private static NetworkInfo network(Component component, PipelineGraphs graphs) {
    List<ModuleInfo> modules = new ArrayList<>();
    for (Graph graph : graphs.networks().values()) {
      if (PipelineGraphs.component(graph.name()).equals(component.name())) {
        graph.modules().values().forEach(node -> modules.add(module(component, node)));
      }
    }
    return new NetworkInfo(component.name(), component.className(),
        modules.stream().mapToLong(ModuleInfo::parameters).sum(),
        modules.stream().mapToLong(ModuleInfo::bytes).sum(), modules);
  }

  private static ModuleInfo module(Component component, Node node) {
    List<Parameter> parameters = node.op().parameters();
    Parameter weight = parameters.getFirst();
    String kind = node.op() instanceof Op.AddPositions
        ? "Embedding"
        : node.op().getClass().getSimpleName();
    return new ModuleInfo(PipelineGraphs.moduleName(component.name(), node.module()), kind,
        weight.shape(), component.tensors().storedType(tensor(node, weight)),
        parameters.stream().mapToLong(Parameter::elements).sum(),
        parameters.stream()
            .mapToLong(p -> component.tensors().storedBytes(tensor(node, p)))
            .sum());
  }

  private static String tensor(Node node, Parameter parameter) {
    return node.module() + "." + parameter.name();
  }

  private static Defaults defaults(Optional<PromptDefaults> prompts, RunRequest usual) {
    SamplerChoice sampler = usual.sampler();
    return new Defaults(prompts.flatMap(PromptDefaults::prompt).orElse(""),
        Objects.requireNonNull(usual.steps()), Objects.requireNonNull(usual.guidance()),
        Objects.requireNonNull(usual.width()), Objects.requireNonNull(usual.height()),
        Objects.requireNonNull(sampler.name()), Objects.requireNonNull(sampler.spacing()),
        Objects.requireNonNull(sampler.sigmas()), Objects.requireNonNull(sampler.prediction()),
        prompts.map(PromptDefaults::prompts).orElse(List.of()));
  }
}

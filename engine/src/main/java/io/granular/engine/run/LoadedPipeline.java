package io.granular.engine.run;

import io.granular.engine.lower.AttentionKernel;
import io.granular.engine.lower.HeldModule;
import io.granular.engine.lower.Kernel;
import io.granular.engine.lower.LoweredNetwork;
import io.granular.engine.lower.Lowering;
import io.granular.engine.lower.StatisticsSource;
import io.granular.engine.network.Graph;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.plan.Audit;
import io.granular.engine.plan.Plan;
import io.granular.engine.store.ModelSource;
import io.granular.engine.text.ClipTokenizer;
import io.granular.engine.torch.Torch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;

/**
 * The networks of one side, packed when a stage needs them. The U-Net and whatever else is quantized stay packed;
 * networks whose weights are only converted are let go after their stage, because reading them again takes a fraction of
 * a step, and so neither text encoders nor autoencoder are in memory while the U-Net runs.
 */
final class LoadedPipeline implements AutoCloseable {
  private static final String UNET = "unet";
  private static final String DECODER = "vae.decode";

  private final SequencedMap<String, LoweredNetwork> networks = new LinkedHashMap<>();
  private final SequencedMap<String, Facts> facts = new LinkedHashMap<>();
  private final Lowering lowering;
  private final PipelineGraphs graphs;
  private final Plan plan;
  private final int batch;
  private final int height;
  private final int width;

  /** What is known of a network once it was packed. */
  private record Facts(Kernel.Cost cost, SequencedMap<String, HeldModule> held,
      AttentionKernel attention, Map<String, Kernel> kernels) {}

  /**
   * Packs nothing yet.
   *
   * @param batch network batch, 2 with guidance
   * @param height of the latents
   * @param width of the latents
   */
  LoadedPipeline(Lowering lowering, PipelineGraphs graphs, Plan plan, int batch, int height,
      int width) {
    this.lowering = lowering;
    this.graphs = graphs;
    this.plan = plan.textToImage();
    this.batch = batch;
    this.height = height;
    this.width = width;
  }

  /** Packs the text encoders. Close it when the prompts are encoded. */
  TextStage text(Torch torch, ModelSource model) {
    List<String> names =
        graphs.networks().keySet().stream().filter(n -> n.startsWith("text_encoder")).toList();
    List<TextStage.Encoder> encoders = new ArrayList<>();
    for (String name : names) {
      encoders.add(new TextStage.Encoder(ClipTokenizer.of(model.tokenizer(name)),
          get(name, model, StatisticsSource.NONE)));
    }
    return new TextStage(torch, encoders, model.zeroEmptyNegative(),
        () -> names.forEach(this::pass));
  }

  /** Whether the U-Net is packed. */
  boolean hasUnet() {
    return networks.containsKey(UNET);
  }

  /**
   * Packs the U-Net, which stays.
   *
   * @param statistics of its inputs, for treated layers
   */
  LoweredNetwork unet(ModelSource model, StatisticsSource statistics) {
    return get(UNET, model, statistics);
  }

  /** Packs the autoencoder's decoder. Close it when the picture is decoded. */
  LatentDecoder decoder(Torch torch, ModelSource model) {
    return new LatentDecoder(torch, get(DECODER, model, StatisticsSource.NONE),
        graphs.vae().scalingFactor(), () -> pass(DECODER));
  }

  private LoweredNetwork get(String name, ModelSource model, StatisticsSource statistics) {
    LoweredNetwork packed = networks.get(name);
    return packed != null ? packed : pack(name, model, statistics);
  }

  private LoweredNetwork pack(String name, ModelSource model, StatisticsSource statistics) {
    Graph graph = Objects.requireNonNull(graphs.networks().get(name));
    String tokenizer = name.startsWith("text_encoder") ? name : "text_encoder";
    Map<String, Long> sizes = Map.of("batch", name.equals(UNET) ? (long) batch : 1L, "tokens",
        (long) model.tokenizer(tokenizer).maxLength(), "height", (long) height, "width",
        (long) width);
    LoweredNetwork network =
        lowering.load(graph, model.component(PipelineGraphs.component(name)).tensors(),
            plan.kernels(name), plan.attention(name), plan.tables(name), sizes, true, statistics);
    networks.put(name, network);
    facts.put(name, new Facts(network.cost(), network.held(), network.attention(),
        network.kernels()));
    return network;
  }

  private void pass(String name) {
    LoweredNetwork network = plan.stays(name) ? null : networks.remove(name);
    if (network != null) {
      network.close();
    }
  }

  /** Bytes of all networks that were packed, whether they are still held or not. */
  Kernel.Cost cost() {
    return facts.values()
        .stream()
        .map(Facts::cost)
        .reduce(new Kernel.Cost(0, 0),
            Kernel.Cost::plus);
  }

  /** Bytes held now. */
  Kernel.Cost held() {
    return networks.values()
        .stream()
        .map(LoweredNetwork::cost)
        .reduce(new Kernel.Cost(0, 0), Kernel.Cost::plus);
  }

  /** The plan against what the networks hold or held. */
  Audit audit() {
    Map<String, Audit.Held> held = new LinkedHashMap<>();
    facts.forEach((name, known) -> held.put(name, new Audit.Held(known.held, known.attention)));
    return Audit.of(plan, held);
  }

  /** Kernel id to number of layers, of the networks as they were loaded. */
  Map<String, Integer> kernels() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    facts.values()
        .forEach(f -> f.kernels.values().forEach(k -> counts.merge(k.id(), 1, Integer::sum)));
    return counts;
  }

  Plan plan() {
    return plan;
  }

  @Override
  public void close() {
    networks.values().forEach(LoweredNetwork::close);
    networks.clear();
  }
}

package io.granular.engine.run;

import io.granular.engine.lower.Kernel;
import io.granular.engine.lower.LoweredNetwork;
import io.granular.engine.lower.Lowering;
import io.granular.engine.lower.StatisticsSource;
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

/** The networks of one side, packed and ready: everything text-to-image needs. */
final class LoadedPipeline implements AutoCloseable {
  private final SequencedMap<String, LoweredNetwork> networks = new LinkedHashMap<>();
  private final List<TextStage.Encoder> encoders = new ArrayList<>();
  private final Plan plan;
  private final PipelineGraphs graphs;
  private final boolean zeroEmptyNegative;

  /**
   * Quantizes and packs.
   *
   * @param batch network batch, 2 with guidance
   * @param height of the latents
   * @param width of the latents
   * @param statistics of the U-Net's inputs, for treated layers
   * @param check called between networks; may throw to stop
   */
  LoadedPipeline(Lowering lowering, ModelSource model, PipelineGraphs graphs, Plan plan, int batch,
      int height,
      int width, StatisticsSource statistics, Runnable check) {
    this.plan = plan.textToImage();
    this.graphs = graphs;
    this.zeroEmptyNegative = model.zeroEmptyNegative();
    try {
      graphs.networks().forEach((name, graph) -> {
        if (!name.equals(PipelineGraphs.ENCODER)) {
          check.run();
          boolean text = name.startsWith("text_encoder");
          ClipTokenizer tokenizer = text ? ClipTokenizer.of(model.tokenizer(name)) : null;
          long tokens = text ? model.tokenizer(name).maxLength()
              : model.tokenizer("text_encoder").maxLength();
          Map<String, Long> sizes =
              Map.of("batch", name.equals("unet") ? (long) batch : 1L, "tokens", tokens,
                  "height", (long) height, "width", (long) width);
          LoweredNetwork network =
              lowering.load(graph, model.component(PipelineGraphs.component(name)).tensors(),
                  plan.kernels(name), plan.attention(name), plan.tables(name), sizes, true,
                  name.equals("unet") ? statistics : StatisticsSource.NONE);
          networks.put(name, network);
          if (tokenizer != null) {
            encoders.add(new TextStage.Encoder(tokenizer, network));
          }
        }
      });
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  TextStage text(Torch torch) {
    return new TextStage(torch, encoders, zeroEmptyNegative);
  }

  LoweredNetwork unet() {
    return Objects.requireNonNull(networks.get("unet"));
  }

  LatentDecoder decoder(Torch torch) {
    return new LatentDecoder(torch, Objects.requireNonNull(networks.get("vae.decode")),
        graphs.vae().scalingFactor());
  }

  /** Bytes held by all networks. */
  Kernel.Cost cost() {
    return networks.values()
        .stream()
        .map(LoweredNetwork::cost)
        .reduce(new Kernel.Cost(0, 0), Kernel.Cost::plus);
  }

  /** The plan against what the networks hold. */
  Audit audit() {
    Map<String, Audit.Held> held = new LinkedHashMap<>();
    networks.forEach((name, network) -> held.put(name,
        new Audit.Held(network.held(), network.attention())));
    return Audit.of(plan, held);
  }

  /** Kernel id to number of layers, of the networks as they are loaded. */
  Map<String, Integer> kernels() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    networks.values()
        .forEach(n -> n.kernels().values().forEach(k -> counts.merge(k.id(), 1, Integer::sum)));
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

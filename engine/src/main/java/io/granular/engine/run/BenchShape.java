package io.granular.engine.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.network.Autoencoder;
import io.granular.engine.network.ClipText;
import io.granular.engine.network.ClipTextConfig;
import io.granular.engine.network.Graph;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.network.UNet;
import io.granular.engine.network.UNetConfig;
import io.granular.engine.network.VaeConfig;
import io.granular.engine.store.TensorSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;

/**
 * A U-Net step to be timed.
 *
 * @param graphs the pipeline the U-Net belongs to, because recipes speak of all its networks
 * @param sizes extents of the U-Net's inputs
 */
record BenchShape(PipelineGraphs graphs, Map<String, Long> sizes) {
  private static final String SD15 =
      """
          {"block_out_channels": [320, 640, 1280, 1280], "cross_attention_dim": 768, "attention_head_dim": 8,
           "layers_per_block": 2, "sample_size": 64,
           "down_block_types": ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"],
           "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"]}
          """;
  private static final String SDXL =
      """
          {"block_out_channels": [320, 640, 1280], "cross_attention_dim": 2048, "attention_head_dim": [5, 10, 20],
           "layers_per_block": 2, "transformer_layers_per_block": [1, 2, 10], "use_linear_projection": true,
           "addition_embed_type": "text_time", "addition_time_embed_dim": 256,
           "projection_class_embeddings_input_dim": 2816, "sample_size": 128,
           "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
           "up_block_types": ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"]}
          """;

  private static final String CLIP =
      """
          {"vocab_size": 49408, "max_position_embeddings": 77, "hidden_size": 768, "intermediate_size": 3072,
           "num_hidden_layers": 12, "num_attention_heads": 12}
          """;
  private static final String VAE =
      """
          {"block_out_channels": [128, 256, 512, 512], "layers_per_block": 2,
           "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D"],
           "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D"]}
          """;

  /**
   * A shape by name; the batch is 2, as with guidance.
   *
   * @throws IllegalArgumentException for other names than {@code sd15} and {@code sdxl}
   */
  static BenchShape of(String name) {
    return switch (name) {
      case "sd15" -> shape(SD15, 64, List.of("text_encoder"));
      case "sdxl" -> shape(SDXL, 128, List.of("text_encoder", "text_encoder_2"));
      default -> throw new IllegalArgumentException(
          "no bench shape " + name + "; there are sd15, sdxl and demo");
    };
  }

  /** The configurations of SD 1.5's networks, by folder. */
  static Map<String, ObjectNode> sd15Configs() {
    return Map.of("unet", parse(SD15).put("_class_name", "UNet2DConditionModel"), "vae",
        parse(VAE).put("_class_name", "AutoencoderKL"), "text_encoder",
        parse(CLIP).put("model_type", "clip_text_model"));
  }

  Graph unet() {
    return Objects.requireNonNull(graphs.networks().get("unet"));
  }

  /** Made-up weights of a model component. */
  TensorSource synthetic(String component) {
    return new SyntheticWeights(graphs.networks()
        .values()
        .stream()
        .filter(g -> PipelineGraphs.component(g.name()).equals(component))
        .toList());
  }

  static Map<String, Long> sizes(long side, long tokens) {
    return Map.of("batch", 2L, "height", side, "width", side, "tokens", tokens);
  }

  private static BenchShape shape(String unet, long side, List<String> encoders) {
    SequencedMap<String, Graph> networks = new LinkedHashMap<>();
    encoders.forEach(
        name -> networks.put(name, ClipText.build(name, ClipTextConfig.from(name, parse(CLIP)))));
    networks.put("unet", UNet.build(UNetConfig.from(parse(unet))));
    VaeConfig vae = VaeConfig.from(parse(VAE));
    networks.put("vae.decode", Autoencoder.decoder(vae));
    networks.put("vae.encode", Autoencoder.encoder(vae));
    return new BenchShape(new PipelineGraphs(networks, vae, Math.toIntExact(side)),
        sizes(side, 77));
  }

  private static ObjectNode parse(String json) {
    try {
      return (ObjectNode) new ObjectMapper().readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the built-in configuration is broken", e);
    }
  }
}

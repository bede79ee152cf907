package io.granular.engine.calibrate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.network.Graph;
import io.granular.engine.network.Op;
import io.granular.engine.network.UNet;
import io.granular.engine.network.UNetConfig;
import io.granular.engine.quant.ValueRange;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Torch;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class NetworkObserverTest {
  private static final String SD15 =
      """
          {"block_out_channels": [320, 640, 1280, 1280], "cross_attention_dim": 768, "attention_head_dim": 8,
           "layers_per_block": 2, "sample_size": 64,
           "down_block_types": ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"],
           "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"]}
          """;
  private static Torch torch;

  @BeforeAll
  static void start() {
    torch = Torch.start(1);
  }

  @AfterAll
  static void stop() {
    torch.close();
  }

  /** The promise for SD 1.5: state within 50 MB, even if every input outgrows its histograms again and again. */
  @Test
  void stateIsSmallForAllLayersOfSd15() throws IOException {
    Graph graph = sd15();
    NetworkObserver observer = new NetworkObserver(graph, false);
    try (Scope scope = torch.scope()) {
      for (int i = 0; i < 24; i++) {
        observer.at(i * 10);
        float scale = (float) Math.pow(3, i);
        for (String module : observer.watched()) {
          observer.input(module, scope.of(new float[]{-scale, 0.3f * scale, scale}, 1, 3, 1));
        }
      }
    }
    long layers =
        graph.modules().values().stream().filter(n -> n.op() instanceof Op.Matrix).count();
    assertThat(layers).isEqualTo(282);
    assertThat(observer.result().stream().mapToInt(i -> i.modules().size()).sum()).isEqualTo(282);
    assertThat(observer.bytes()).isBetween(5_000_000L, 50_000_000L);
  }

  /** An input too large to copy at once is observed in parts. */
  @Test
  void largeInputsAreObservedWhole() throws IOException {
    int n = (1 << 24) + 1000;
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = i % 1000;
    }
    x[n - 1] = -5;
    NetworkObserver observer = new NetworkObserver(sd15(), false);
    try (Scope scope = torch.scope()) {
      observer.input("conv_in", scope.of(x, 1, n, 1));
    }
    ObservedInput input = observer.result().getFirst();
    assertThat(input.extent()).isEqualTo(new ValueRange(-5, 999));
    assertThat(input.magnitudes().total()).isEqualTo(n);
    assertThat(input.around().total()).isEqualTo(n);
    HistogramObserver expected = new HistogramObserver();
    expected.observe(x, new ValueRange(-5, 999));
    assertThat(input.histogram().counts()).isEqualTo(expected.histogram().counts());
  }

  @Test
  void layersThatShareAnInputShareItsRange() throws IOException {
    NetworkObserver observer = new NetworkObserver(sd15(), false);
    String block = "down_blocks.0.attentions.0.transformer_blocks.0.";
    try (Scope scope = torch.scope()) {
      observer.input(block + "attn1.to_q", scope.of(new float[]{1, 2, 3}, 1, 3, 1));
    }
    assertThat(observer.result()).singleElement().satisfies(input -> {
      assertThat(input.modules()).containsExactly("unet." + block + "attn1.to_q",
          "unet." + block + "attn1.to_k", "unet." + block + "attn1.to_v");
      assertThat(input.extent()).isEqualTo(new ValueRange(1, 3));
    });
  }

  /** Text of two rows, three tokens, two numbers each. */
  @Test
  void startTokenIsLeftOutOfKeysAndValuesOnly() throws IOException {
    float[] text = {-90, 80, 1, 2, 3, 4, -70, 60, 5, 6, -7, 8};
    String block = "down_blocks.0.attentions.0.transformer_blocks.0.";
    NetworkObserver observer = new NetworkObserver(sd15(), true);
    try (Scope scope = torch.scope()) {
      observer.input(block + "attn2.to_k", scope.of(text, 2, 3, 2));
      observer.input(block + "attn2.to_q", scope.of(text, 2, 3, 2));
    }
    List<ObservedInput> inputs = observer.result();
    assertThat(inputs).filteredOn(i -> i.modules().contains("unet." + block + "attn2.to_v"))
        .singleElement()
        .satisfies(i -> assertThat(i.extent()).isEqualTo(new ValueRange(-7, 8)));
    assertThat(inputs).filteredOn(i -> i.modules().contains("unet." + block + "attn2.to_q"))
        .singleElement()
        .satisfies(i -> assertThat(i.extent()).isEqualTo(new ValueRange(-90, 80)));
  }

  private static Graph sd15() throws IOException {
    return UNet.build(UNetConfig.from((ObjectNode) new ObjectMapper().readTree(SD15)));
  }
}

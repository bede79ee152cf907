package io.granular.engine.run;

import io.granular.engine.lower.Evaluation;
import io.granular.engine.text.ClipTokenizer;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Tensor;
import io.granular.engine.torch.Torch;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Turns prompts into conditioning, as diffusers' {@code encode_prompt} does for one and for two text encoders. */
final class TextStage implements AutoCloseable {
  private final Torch torch;
  private final List<Encoder> encoders;
  private final boolean zeroEmptyNegative;
  private final Runnable release;

  /** A text encoder with its tokenizer. */
  record Encoder(ClipTokenizer tokenizer, Evaluation network) {}

  /**
   * @param encoders one, or SDXL's two
   * @param zeroEmptyNegative whether an absent negative prompt becomes zeros, as SDXL was trained
   */
  TextStage(Torch torch, List<Encoder> encoders, boolean zeroEmptyNegative) {
    this(torch, encoders, zeroEmptyNegative, () -> {});
  }

  /** @param release called when the encoders are no longer needed */
  TextStage(Torch torch, List<Encoder> encoders, boolean zeroEmptyNegative, Runnable release) {
    this.release = release;
    this.torch = torch;
    this.encoders = List.copyOf(encoders);
    this.zeroEmptyNegative = zeroEmptyNegative;
  }

  /**
   * Encodes.
   *
   * @param guided whether the negative prompt is needed
   * @param width of the picture in pixels, told to SDXL
   * @param height of the picture in pixels, told to SDXL
   */
  Conditioning encode(String prompt, String negative, boolean guided, int width, int height) {
    Encoded positive = encode(prompt);
    boolean two = encoders.size() > 1;
    float[] timeIds = {height, width, 0, 0, height, width};
    if (!guided) {
      return new Conditioning(1, positive.tokens, positive.width, positive.hidden,
          two ? positive.pooled : null,
          two ? timeIds : null);
    }
    Encoded other =
        zeroEmptyNegative && negative.isEmpty() ? positive.zeros() : encode(negative);
    return new Conditioning(2, positive.tokens, positive.width, join(other.hidden, positive.hidden),
        two ? join(other.pooled, positive.pooled) : null, two ? join(timeIds, timeIds) : null);
  }

  private record Encoded(int tokens, int width, float[] hidden, float[] pooled) {
    Encoded zeros() {
      return new Encoded(tokens, width, new float[hidden.length], new float[pooled.length]);
    }
  }

  private Encoded encode(String prompt) {
    int tokens = 0;
    float[][] hidden = new float[encoders.size()][];
    float[] pooled = {};
    for (int i = 0; i < hidden.length; i++) {
      Encoder encoder = encoders.get(i);
      long[] ids = Arrays.stream(encoder.tokenizer.encode(prompt)).asLongStream().toArray();
      tokens = ids.length;
      try (Scope scope = torch.scope()) {
        Map<String, Tensor> results =
            encoder.network.run(scope, Map.of("input_ids", scope.of(ids, 1, ids.length)));
        String layer = hidden.length == 1 ? "last_hidden_state" : "penultimate";
        hidden[i] = Objects.requireNonNull(results.get(layer)).floats();
        Tensor embeds = results.get("text_embeds");
        pooled = embeds == null ? pooled : embeds.floats();
      }
    }
    float[] joined = hidden.length == 1 ? hidden[0] : joinRows(hidden[0], hidden[1], tokens);
    return new Encoded(tokens, joined.length / tokens, joined, pooled);
  }

  private static float[] join(float[] a, float[] b) {
    return joinRows(a, b, 1);
  }

  /** Row by row {@code a} then {@code b}. */
  private static float[] joinRows(float[] a, float[] b, int rows) {
    int wa = a.length / rows;
    int wb = b.length / rows;
    float[] joined = new float[a.length + b.length];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(a, row * wa, joined, row * (wa + wb), wa);
      System.arraycopy(b, row * wb, joined, row * (wa + wb) + wa, wb);
    }
    return joined;
  }

  @Override
  public void close() {
    release.run();
  }
}

package io.granular.engine.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.granular.engine.store.TokenizerSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClipTokenizerTest {
  private static final Path GOLDENS = Path.of("src/test/goldens");
  private static final int BOS = 49406;
  private static final int EOS = 49407;
  private static final ClipTokenizer CLIP =
      ClipTokenizer.of(new TokenizerSource.BundledClip("<|endoftext|>", 77));

  @Test
  void idsAreThoseOfTheReference() throws IOException {
    ClipTokenizer folder =
        ClipTokenizer.of(new TokenizerSource.Folder(GOLDENS.resolve("clip-bpe"), 77));
    JsonNode cases = json(GOLDENS.resolve("clip-bpe/expected.json"));
    assertThat(cases).hasSizeGreaterThan(10);
    for (JsonNode expected : cases) {
      String text = expected.path("text").asText();
      assertThat(CLIP.encode(text)).as(text).isEqualTo(ids(expected.path("ids")));
      assertThat(folder.encode(text)).as(text).isEqualTo(ids(expected.path("ids")));
    }
  }

  @ParameterizedTest
  @CsvSource({"tiny-sd1,tokenizer,tokenize", "tiny-sd2,tokenizer,tokenize",
      "tiny-sdxl,tokenizer,tokenize", "tiny-sdxl,tokenizer_2,tokenize_2"})
  void promptsOfThePipelinesHaveTheIdsOfTheReference(String model, String folder, String key)
      throws IOException {
    ClipTokenizer tokenizer = ClipTokenizer
        .of(new TokenizerSource.Folder(GOLDENS.resolve(model).resolve(folder), 77));
    JsonNode cases = json(GOLDENS.resolve(model).resolve("expected/meta.json")).path(key);
    assertThat(cases).isNotEmpty();
    for (JsonNode expected : cases) {
      assertThat(tokenizer.encode(expected.path("text").asText()))
          .isEqualTo(ids(expected.path("ids")));
    }
  }

  /** Odd texts, encoded by transformers 5.23; see the note in the file. */
  @ParameterizedTest
  @ValueSource(strings = {"clip", "openclip"})
  void oddTextsHaveTheIdsOfTransformers(String variant) throws IOException {
    ClipTokenizer tokenizer = variant.equals("clip")
        ? CLIP
        : ClipTokenizer.of(new TokenizerSource.BundledClip("!", 77));
    JsonNode cases = json(Path.of("src/test/resources/io/granular/engine/text/odd-texts.json"))
        .path(variant);
    assertThat(cases).hasSizeGreaterThan(50);
    for (JsonNode expected : cases) {
      String text = expected.path("text").asText();
      int[] ids = ids(expected.path("ids"));
      int[] encoded = tokenizer.encode(text);
      assertThat(IntStream.of(encoded).limit(ids.length)).as(text).containsExactly(box(ids));
      int padding = variant.equals("clip") ? EOS : 0;
      assertThat(IntStream.of(encoded).skip(ids.length)).as(text).allMatch(id -> id == padding);
    }
  }

  @Test
  void thePromptIsShownAsItsSubWords() {
    PromptTokens tokens = CLIP.tokens("A photograph of ASTRONAUTS");
    assertThat(tokens.shown()).containsExactly("a</w>", "photograph</w>", "of</w>",
        "astronauts</w>");
    assertThat(tokens.count()).isEqualTo(4);
    assertThat(tokens.truncated()).isFalse();
    assertThat(CLIP.tokens("").shown()).isEmpty();
  }

  @Test
  void aLongPromptIsCutAndSaysSo() {
    String prompt = "cat ".repeat(200);
    int[] ids = CLIP.encode(prompt);
    assertThat(ids).hasSize(77).startsWith(BOS, 2368, 2368);
    assertThat(ids[76]).isEqualTo(EOS);
    assertThat(ids[75]).isEqualTo(2368);
    assertThat(CLIP.tokens(prompt).count()).isEqualTo(200);
    assertThat(CLIP.tokens(prompt).shown()).hasSize(75);
    assertThat(CLIP.tokens(prompt).truncated()).isTrue();
    assertThat(CLIP.tokens("cat ".repeat(75)).truncated()).isFalse();
  }

  @Test
  void theLengthIsTheModelsButAtMostTheTextEncoders() {
    Path demo = Path.of(System.getProperty("granular.models"), "demo", "tokenizer");
    assertThat(ClipTokenizer.of(new TokenizerSource.Folder(demo, 77)).encode("bus")).hasSize(32);
    assertThat(ClipTokenizer.of(new TokenizerSource.Folder(demo, 20)).maxLength()).isEqualTo(20);
    TokenizerSource tooShort = new TokenizerSource.BundledClip("!", 1);
    assertThatThrownBy(() -> ClipTokenizer.of(tooShort))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aVeryLongWordTakesNoTimeToSpeakOf() {
    StringBuilder word = new StringBuilder();
    Random random = new Random(1);
    for (int i = 0; i < 300_000; i++) {
      word.append((char) ('a' + random.nextInt(26)));
    }
    assertThat(CLIP.tokens(word.toString()).count()).isBetween(100_000, 200_000);
  }

  @Test
  void anyTextAtAllCanBeEncoded() {
    Random random = new Random(2);
    for (int round = 0; round < 2000; round++) {
      int[] points = random.ints(random.nextInt(40), 0, Character.MAX_CODE_POINT + 1).toArray();
      int[] ids = CLIP.encode(new String(points, 0, points.length));
      assertThat(ids).hasSize(77).startsWith(BOS);
      assertThat(IntStream.of(ids)).allMatch(id -> id >= 0 && id <= EOS);
    }
  }

  private static JsonNode json(Path file) throws IOException {
    return JsonMapper.builder()
        .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
        .build()
        .readTree(Files.readString(file));
  }

  private static int[] ids(JsonNode array) {
    List<Integer> ids = new ArrayList<>();
    array.forEach(id -> ids.add(id.asInt()));
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }

  private static Integer[] box(int[] ids) {
    return IntStream.of(ids).boxed().toArray(Integer[]::new);
  }
}

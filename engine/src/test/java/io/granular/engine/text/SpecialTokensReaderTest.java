package io.granular.engine.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granular.engine.store.BadModelException;
import io.granular.engine.store.TokenizerSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected ids are what transformers 5.23 gives for the same folders. */
class SpecialTokensReaderTest {
  private static final String START = "<|startoftext|>";
  private static final String END = "<|endoftext|>";
  private static final String TEXT = "Hi! <|STARTOFTEXT|> a<|endoftext|>b";

  @TempDir
  Path folder;

  @BeforeEach
  void copyVocabulary() throws IOException {
    for (String name : new String[]{"vocab.json", "merges.txt"}) {
      Files.copy(Path.of("src/test/goldens/clip-bpe", name), folder.resolve(name));
    }
  }

  @Test
  void withoutSettingsTheRolesAreClips() {
    assertThat(ids(TEXT)).containsExactly(49406, 1883, 256, 27, 347, 993, 6659, 4160, 91, 285, 320,
        49407, 321, 49407);
  }

  @Test
  void aRoleNamedAsATextIsFoundInTheRawTextOnly() throws IOException {
    write("tokenizer_config.json", "{" + roles(quote(START), quote(END), quote("!")) + "}");
    assertThat(ids("Hi! <|ENDOFTEXT|>!")).containsExactly(49406, 1883, 0, 27, 347, 40786, 4160, 91,
        285, 0, 49407);
  }

  @Test
  void theSpecialTokensMapOverridesTheSettings() throws IOException {
    write("tokenizer_config.json",
        "{" + roles(token(START), token(END), quote(END)) + ",\"model_max_length\":77}");
    write("special_tokens_map.json", "{" + roles(token(START), token(END), quote("!")) + "}");
    assertThat(ids(TEXT)).containsExactly(49406, 1883, 0, 49406, 320, 49407, 321, 49407);
  }

  @Test
  void aTokenNamedTwiceTakesTheLastOptions() throws IOException {
    write("tokenizer_config.json",
        "{" + roles(token(START), token(END), quote(END)) + "}");
    assertThat(ids("a <|ENDOFTEXT|>")).startsWith(49406, 320, 27, 347);
    write("tokenizer_config.json",
        "{" + roles(token(START), quote(END), token(END)) + "}");
    assertThat(ids("a <|ENDOFTEXT|>")).containsExactly(49406, 320, 49407, 49407);
  }

  @Test
  void declaredTokensComeBeforeTheMap() throws IOException {
    write("tokenizer_config.json", "{\"added_tokens_decoder\":{"
        + "\"0\":{\"content\":\"!\",\"normalized\":false,\"special\":true},"
        + "\"49406\":" + token(START)
        + ",\"49407\":{\"content\":\"<|endoftext|>\",\"special\":true}},"
        + roles(quote(START), quote(END), quote("!")) + "}");
    write("special_tokens_map.json", "{\"pad_token\":\"<|endoftext|>\"}");
    assertThat(ids(TEXT)).containsExactly(49406, 1883, 0, 49406, 320, 49407, 321, 49407);
    assertThat(padding()).isZero();
  }

  @Test
  void tokensAddedByTrainingAreFoundInTheCleanedText() throws IOException {
    write("added_tokens.json", "{\"<cat-toy>\":49408,\"Foo Bar\":49409}");
    assertThat(ids("x <Cat-Toy> y<cat-toy>z")).containsExactly(49406, 343, 49408, 344, 49408, 345,
        49407);
    assertThat(ids("foo  bar Foo Bar")).containsExactly(49406, 49409, 49409, 49407);
  }

  @Test
  void newerTransformersSaveOneFile() throws IOException {
    String vocab = Files.readString(folder.resolve("vocab.json"));
    StringBuilder merges = new StringBuilder();
    Files.readString(folder.resolve("merges.txt"))
        .lines()
        .skip(1)
        .map(line -> line.split(" "))
        .forEach(pair -> merges.append(",[")
            .append(quote(pair[0]))
            .append(',')
            .append(quote(pair[1]))
            .append(']'));
    Files.delete(folder.resolve("vocab.json"));
    Files.delete(folder.resolve("merges.txt"));
    assertThatThrownBy(() -> ids("x")).isInstanceOf(BadModelException.class)
        .hasMessageContaining("tokenizer.json");
    write("tokenizer.json", "{\"added_tokens\":[{\"id\":0,\"content\":\"!\",\"special\":true}],"
        + "\"model\":{\"vocab\":" + vocab + ",\"merges\":[" + merges.substring(1) + "]}}");
    assertThat(ids("Hello! World")).containsExactly(49406, 3306, 0, 1002, 49407);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`',
      textBlock = """
          tokenizer_config.json | {"pad_token":"<pad>"}                                       | '<pad>' is not in the vocabulary
          tokenizer_config.json | {"pad_token":{"content":"!","lstrip":true}}                 | lstrip
          added_tokens.json     | {"<x>":-1}                                                  | has the id '-1'
          vocab.json            | {"a":1.5}                                                   | has the id 1.5
          vocab.json            | {"a":-1}                                                    | has the id -1
          vocab.json            | {"a":1,"a":2}                                               | vocab.json
          vocab.json            | {"a":1}                                                     | needs the token
          merges.txt            | abc                                                         | is not a pair
          merges.txt            | a b c                                                       | is not a pair
          """)
  void brokenFilesAreNamed(String name, String content, String complaint) throws IOException {
    write(name, content);
    assertThatThrownBy(() -> ids("x")).isInstanceOf(BadModelException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining(complaint);
  }

  private void write(String name, String json) throws IOException {
    Files.writeString(folder.resolve(name), json);
  }

  private static String roles(String bos, String eos, String pad) {
    return "\"bos_token\":" + bos + ",\"eos_token\":" + eos + ",\"unk_token\":" + eos
        + ",\"pad_token\":" + pad;
  }

  private static String quote(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  private static String token(String content) {
    return "{\"content\":" + quote(content) + ",\"lstrip\":false,\"normalized\":true,"
        + "\"rstrip\":false,\"single_word\":false,\"__type\":\"AddedToken\"}";
  }

  /** The ids up to the end of the prompt. */
  private int[] ids(String text) {
    ClipTokenizer tokenizer = ClipTokenizer.of(new TokenizerSource.Folder(folder, 77));
    return Arrays.copyOf(tokenizer.encode(text), tokenizer.tokens(text).count() + 2);
  }

  private int padding() {
    return ClipTokenizer.of(new TokenizerSource.Folder(folder, 77)).encode("")[76];
  }
}

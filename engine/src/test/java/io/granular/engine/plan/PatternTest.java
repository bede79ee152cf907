package io.granular.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatternTest {
  @ParameterizedTest
  @CsvSource(delimiter = ' ', value = {
      "unet.conv_in unet.conv_in true",
      "unet.conv_in unet.conv_input false",
      "unet.conv_in vae.unet.conv_in false",
      "unet.conv_* unet.conv_out true",
      "unet.* unet.conv_in true",
      "unet.* unet.mid_block.norm false",
      "unet.*norm* unet.conv_norm_out true",
      "** unet.conv_in true",
      "unet.** unet.down_blocks.0.resnets.1.conv1 true",
      "unet.** unet true",
      "unet.** unet2.conv_in false",
      "unet.**.ff.** unet.mid_block.transformer_blocks.0.ff.net.2 true",
      "unet.**.ff.** unet.ff true",
      "unet.**.ff.** unet.mid_block.stuff.net.2 false",
      "**.to_q unet.mid_block.attn1.to_q true",
      "**.to_q to_q true",
      "unet.{conv_in,time_embedding.**} unet.conv_in true",
      "unet.{conv_in,time_embedding.**} unet.time_embedding.linear_1 true",
      "unet.{conv_in,time_embedding.**} unet.time_emb_proj false",
      "unet.**.{attn{1,2},ff.**}.to_{q,k} unet.a.attn2.to_k true",
      "unet.**.{attn{1,2},ff.**}.to_{q,k} unet.a.ff.b.c.to_q true",
      "unet.**.{attn{1,2},ff.**}.to_{q,k} unet.a.attn3.to_k false",
      "text_encoder{,_2}.** text_encoder.embeddings true",
      "text_encoder{,_2}.** text_encoder_2.embeddings true",
      "text_encoder{,_2}.** text_encoder_3.embeddings false"})
  void examples(String pattern, String name, boolean matches) {
    assertThat(new Pattern(pattern).matches(name)).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "unet.[0]|'[' at character 6 has no meaning",
      "unet. x|' ' at character 6 has no meaning",
      "unet.{a,b|a { has no }",
      "unet.a}|the } at character 7 has no {",
      "a,b|the comma at character 2 is not inside { }",
      "unet..a|has an empty part",
      ".a|has an empty part",
      "unet.{,a}|'unet.' has an empty part",
      "unet.conv**|mixes ** with other characters",
      "***|mixes ** with other characters"})
  void errorsSayWhereAndWhy(String pattern, String message) {
    assertThatThrownBy(() -> new Pattern(pattern))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void bracesCannotMultiplyWithoutEnd() {
    assertThatThrownBy(() -> new Pattern("{a,b}".repeat(400)))
        .hasMessage("the braces multiply to more than 1000 alternatives");
  }

  @Test
  void equalsTheSlowMatcherOnRandomPatterns() {
    Random random = new Random(3);
    List<String> names = names();
    int valid = 0;
    int hits = 0;
    for (int i = 0; i < 60_000; i++) {
      String text = randomText(random);
      Optional<Pattern> pattern = parse(text);
      if (pattern.isEmpty()) {
        continue;
      }
      valid++;
      for (String name : names) {
        boolean expected = slowMatch(text, name);
        hits += expected ? 1 : 0;
        assertThat(pattern.get().matches(name)).as("%s on %s", text, name).isEqualTo(expected);
      }
    }
    assertThat(valid).isGreaterThan(2_000);
    assertThat(hits).isGreaterThan(10_000);
  }

  private static Optional<Pattern> parse(String text) {
    try {
      return Optional.of(new Pattern(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String randomText(Random random) {
    String[] pieces = {"a", "b", ".", ".", "*", "**.", ".**", "{a,", "{", ",", "}", "}"};
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(1, 9); i > 0; i--) {
      text.append(pieces[random.nextInt(pieces.length)]);
    }
    return text.toString();
  }

  private static List<String> names() {
    List<String> names = new ArrayList<>(List.of("a", "b", "ab", "ba"));
    for (int first = 0, parts = 2; parts <= 3; parts++) {
      int end = names.size();
      for (int i = first; i < end; i++) {
        for (String part : List.of("a", "b", "ab")) {
          names.add(names.get(i) + "." + part);
        }
      }
      first = end;
    }
    return names;
  }

  /** The definition, word for word: write out the innermost braces, then try everything. */
  private static boolean slowMatch(String pattern, String name) {
    Matcher braces = java.util.regex.Pattern.compile("\\{([^{}]*)}").matcher(pattern);
    if (braces.find()) {
      for (String option : braces.group(1).split(",", -1)) {
        String written =
            pattern.substring(0, braces.start()) + option + pattern.substring(braces.end());
        if (slowMatch(written, name)) {
          return true;
        }
      }
      return false;
    }
    return parts(List.of(pattern.split("\\.")), List.of(name.split("\\.")));
  }

  private static boolean parts(List<String> pattern, List<String> name) {
    if (pattern.isEmpty()) {
      return name.isEmpty();
    }
    List<String> rest = pattern.subList(1, pattern.size());
    if (pattern.getFirst().equals("**")) {
      for (int taken = 0; taken <= name.size(); taken++) {
        if (parts(rest, name.subList(taken, name.size()))) {
          return true;
        }
      }
      return false;
    }
    return !name.isEmpty() && characters(pattern.getFirst(), name.getFirst())
        && parts(rest, name.subList(1, name.size()));
  }

  private static boolean characters(String pattern, String part) {
    if (pattern.isEmpty()) {
      return part.isEmpty();
    }
    if (pattern.charAt(0) == '*') {
      return characters(pattern.substring(1), part)
          || !part.isEmpty() && characters(pattern, part.substring(1));
    }
    return !part.isEmpty() && pattern.charAt(0) == part.charAt(0)
        && characters(pattern.substring(1), part.substring(1));
  }
}

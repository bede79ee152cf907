package io.granular.engine.text;

import java.text.Normalizer;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cleaning and splitting of text as Hugging Face's CLIP tokenizer (transformers 5) does it: Unicode
 * composition (NFC), runs of white space to one space, lower case; then words, single digits and
 * runs of signs. Letters are those of the JDK's Unicode version; the reference may know newer ones.
 *
 * @see <a href="https://github.com/huggingface/transformers">transformers, {@code CLIPTokenizer}</a>
 */
final class ClipText {
  private static final int CAPITAL_I_WITH_DOT = 0x130;
  private static final Pattern SPACES = Pattern.compile("\\p{IsWhite_Space}+");
  private static final Pattern PIECE = Pattern.compile("<\\|startoftext\\|>|<\\|endoftext\\|>"
      + "|'s|'t|'re|'ve|'m|'ll|'d|\\p{L}+|\\p{N}|[^\\p{IsWhite_Space}\\p{L}\\p{N}]+");

  /** GPT-2's split, which the byte-level step applies once more to every piece. */
  private static final Pattern PART = Pattern.compile("'s|'t|'re|'ve|'m|'ll|'d|\\p{L}+|\\p{N}+"
      + "|[^\\p{IsWhite_Space}\\p{L}\\p{N}]+");

  private ClipText() {}

  /** The text as its words are looked up. */
  static String normalize(String text) {
    String composed = Normalizer.normalize(text, Normalizer.Form.NFC);
    return lowerCase(SPACES.matcher(composed).replaceAll(" "));
  }

  /**
   * Lower case letter by letter. {@link String#toLowerCase()} would make a sigma at the end of a word
   * a final sigma, which Hugging Face does not.
   */
  private static String lowerCase(String text) {
    StringBuilder lower = new StringBuilder(text.length());
    text.codePoints().forEach(letter -> {
      if (letter == CAPITAL_I_WITH_DOT) {
        lower.append("i\u0307"); // the only letter whose lower case is two characters
      } else {
        lower.appendCodePoint(Character.toLowerCase(letter));
      }
    });
    return lower.toString();
  }

  /** Hands on every word of a normalized text. */
  static void split(String normalized, Consumer<String> word) {
    Matcher piece = PIECE.matcher(normalized);
    while (piece.find()) {
      Matcher part = PART.matcher(piece.group());
      while (part.find()) {
        word.accept(part.group());
      }
    }
  }
}

package io.granular.engine.text;

import java.nio.charset.StandardCharsets;

/**
 * The 256 printable characters byte-level BPE writes bytes with: printable Latin-1 stands for
 * itself, the other bytes follow from U+0100 on.
 *
 * @see <a href="https://github.com/openai/CLIP/blob/main/clip/simple_tokenizer.py">OpenAI CLIP,
 *      {@code bytes_to_unicode}</a>
 */
final class ByteAlphabet {
  private static final int BYTES = 256;

  private final char[] letters = new char[BYTES];

  ByteAlphabet() {
    int next = BYTES;
    for (int value = 0; value < BYTES; value++) {
      letters[value] = (char) (printable(value) ? value : next++);
    }
  }

  private static boolean printable(int value) {
    return (value >= '!' && value <= '~') || (value >= 0xA1 && value != 0xAD);
  }

  /** One character for each byte of {@code text} in UTF-8. */
  String spell(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    StringBuilder spelled = new StringBuilder(bytes.length);
    for (byte value : bytes) {
      spelled.append(letters[Byte.toUnsignedInt(value)]);
    }
    return spelled.toString();
  }
}

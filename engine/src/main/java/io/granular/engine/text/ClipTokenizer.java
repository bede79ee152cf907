package io.granular.engine.text;

import io.granular.engine.store.BadModelException;
import io.granular.engine.store.TokenizerSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * CLIP's byte-pair encoding, from a prompt to the token ids its text encoder takes; exact to
 * {@code CLIPTokenizer} of transformers 5. Immutable; safe for use by several threads.
 */
public final class ClipTokenizer {
  private static final int BEGIN_AND_END = 2;

  private final SpecialTokens special;
  private final int maxLength;
  private final AddedTokens raw;
  private final AddedTokens normalized;
  private final ByteAlphabet alphabet = new ByteAlphabet();
  private final BytePairEncoder encoder;
  private final Map<Integer, String> names = new HashMap<>();

  private ClipTokenizer(TokenizerFiles files, int maxLength) {
    this.special = files.special();
    this.maxLength = maxLength;
    this.encoder = new BytePairEncoder(files.vocabulary(), special.unknown().id());
    this.raw = new AddedTokens(special.added()
        .stream()
        .filter(token -> !token.normalized())
        .collect(Collectors.toMap(AddedToken::content, Function.identity())));
    this.normalized = new AddedTokens(special.added()
        .stream()
        .filter(AddedToken::normalized)
        .collect(Collectors.toMap(token -> ClipText.normalize(token.content()),
            Function.identity(), (first, second) -> first)));
    files.vocabulary().ids().forEach((token, id) -> names.put(id, token));
    special.added().forEach(token -> names.put(token.id(), token.content()));
  }

  /**
   * Loads a tokenizer. Its length is {@code model_max_length}, but at most what the text encoder
   * takes.
   *
   * @throws BadModelException if its files are missing or broken
   */
  public static ClipTokenizer of(TokenizerSource source) {
    TokenizerFiles files = switch (source) {
      case TokenizerSource.Folder folder -> TokenizerFiles.read(folder.folder());
      case TokenizerSource.Embedded embedded ->
        TokenizerFiles.embedded(embedded.origin(), embedded.files());
      case TokenizerSource.BundledClip clip -> TokenizerFiles.bundled(clip.padToken());
    };
    int length = Math.min(source.maxLength(),
        files.special().modelMaxLength().orElse(source.maxLength()));
    if (length < BEGIN_AND_END) {
      throw new IllegalArgumentException("A prompt of " + length
          + " tokens has no room for its beginning and its end.");
    }
    return new ClipTokenizer(files, length);
  }

  /** Number of ids of every encoded prompt. */
  public int maxLength() {
    return maxLength;
  }

  /**
   * The ids of a prompt, {@code [maxLength]}: the beginning, the prompt as far as there is room, the
   * end, and padding.
   */
  public int[] encode(String prompt) {
    int[] body = body(prompt).limit(maxLength - BEGIN_AND_END).toArray();
    int[] ids = new int[maxLength];
    Arrays.fill(ids, special.pad().id());
    ids[0] = special.bos().id();
    System.arraycopy(body, 0, ids, 1, body.length);
    ids[body.length + 1] = special.eos().id();
    return ids;
  }

  /** What {@link #encode} makes of a prompt, to be shown. */
  public PromptTokens tokens(String prompt) {
    int[] body = body(prompt).toArray();
    List<String> shown = Arrays.stream(body)
        .limit(maxLength - BEGIN_AND_END)
        .mapToObj(id -> names.getOrDefault(id, ""))
        .toList();
    return new PromptTokens(shown, body.length);
  }

  private IntStream body(String prompt) {
    IntStream.Builder ids = IntStream.builder();
    raw.cut(prompt, token -> ids.add(token.id()),
        text -> normalized.cut(ClipText.normalize(text), token -> ids.add(token.id()),
            words -> ClipText.split(words,
                word -> encoder.encode(alphabet.spell(word), ids::add))));
    return ids.build();
  }
}

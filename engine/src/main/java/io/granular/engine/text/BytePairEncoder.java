package io.granular.engine.text;

import io.granular.engine.text.ClipVocabulary.Merge;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Byte-pair encoding of one word: begins with its characters, the last marked as the end of a word,
 * and joins neighbours, the earliest merge of the list first and the leftmost of equals, until no
 * merge applies. Takes {@code n log n} steps for {@code n} characters.
 *
 * @see <a href="https://arxiv.org/abs/1508.07909">Sennrich et al., Neural Machine Translation of
 *      Rare Words with Subword Units</a>
 */
final class BytePairEncoder {
  private static final String WORD_END = "</w>";
  private static final int NONE = -1;

  private final Map<String, Integer> ids;
  private final Map<Pair, Join> joins;
  private final int unknown;

  private record Pair(int left, int right) {}

  private record Join(int rank, int token) {}

  private record Candidate(int at, Pair pair, Join join) {}

  private static final Comparator<Candidate> ORDER =
      Comparator.<Candidate>comparingInt(candidate -> candidate.join.rank)
          .thenComparingInt(candidate -> candidate.at);

  /** @param unknown the id for a character that the vocabulary lacks */
  BytePairEncoder(ClipVocabulary vocabulary, int unknown) {
    this.ids = vocabulary.ids();
    this.unknown = unknown;
    List<Merge> merges = vocabulary.merges();
    this.joins = HashMap.newHashMap(merges.size());
    for (int rank = 0; rank < merges.size(); rank++) {
      Merge merge = merges.get(rank);
      joins.put(new Pair(id(merge.left()), id(merge.right())),
          new Join(rank, id(merge.left() + merge.right())));
    }
  }

  private int id(String token) {
    return ids.getOrDefault(token, unknown);
  }

  /** Gives the tokens of {@code word}, not empty and spelled in {@link ByteAlphabet}, in order. */
  void encode(String word, IntConsumer tokens) {
    new Word(word).join().forEachOrdered(tokens);
  }

  /** A word on its way: a doubly linked list of tokens, and the joins that are possible now. */
  private final class Word {
    private final int[] token;
    private final int[] next;
    private final int[] previous;
    private final PriorityQueue<Candidate> candidates = new PriorityQueue<>(ORDER);

    Word(String word) {
      int length = word.length();
      token = new int[length];
      next = new int[length];
      previous = new int[length];
      for (int i = 0; i < length; i++) {
        String letter = word.substring(i, i + 1);
        token[i] = id(i == length - 1 ? letter + WORD_END : letter);
        previous[i] = i - 1;
        next[i] = i == length - 1 ? NONE : i + 1;
      }
      for (int i = 0; i < length; i++) {
        offer(i);
      }
    }

    private void offer(int at) {
      if (at != NONE && next[at] != NONE) {
        Pair pair = new Pair(token[at], token[next[at]]);
        Join join = joins.get(pair);
        if (join != null) {
          candidates.add(new Candidate(at, pair, join));
        }
      }
    }

    IntStream join() {
      for (Candidate best = candidates.poll(); best != null; best = candidates.poll()) {
        int at = best.at;
        int right = next[at];
        // A token that was joined since makes the candidate stale.
        if (token[at] == best.pair.left && right != NONE && token[right] == best.pair.right) {
          token[at] = best.join.token;
          token[right] = NONE;
          next[at] = next[right];
          if (next[at] != NONE) {
            previous[next[at]] = at;
          }
          offer(previous[at]);
          offer(at);
        }
      }
      return Arrays.stream(token).filter(id -> id != NONE);
    }
  }
}

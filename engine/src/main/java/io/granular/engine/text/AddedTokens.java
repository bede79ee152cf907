package io.granular.engine.text;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Cuts a text at added tokens, the longest that fits at each place. */
final class AddedTokens {
  private static final Pattern NOTHING = Pattern.compile("(?!)");

  private final Map<String, AddedToken> tokens = new HashMap<>();
  private final Pattern pattern;

  /** @param added tokens by the text they are found as; those that are empty text are left out */
  AddedTokens(Map<String, AddedToken> added) {
    added.forEach((content, token) -> {
      if (!content.isEmpty()) {
        tokens.put(content, token);
      }
    });
    List<String> longestFirst = tokens.keySet()
        .stream()
        .sorted(Comparator.comparingInt(String::length).reversed())
        .toList();
    pattern = longestFirst.isEmpty()
        ? NOTHING
        : Pattern
            .compile(longestFirst.stream().map(Pattern::quote).collect(Collectors.joining("|")));
  }

  /** Hands on, in order, the tokens found and the texts between them; empty texts are left out. */
  void cut(String text, Consumer<AddedToken> token, Consumer<String> between) {
    Matcher matcher = pattern.matcher(text);
    int done = 0;
    while (matcher.find()) {
      between(text, done, matcher.start(), between);
      AddedToken found = tokens.get(matcher.group());
      if (found != null) {
        token.accept(found);
      }
      done = matcher.end();
    }
    between(text, done, text.length(), between);
  }

  private static void between(String text, int start, int end, Consumer<String> between) {
    if (start < end) {
      between.accept(text.substring(start, end));
    }
  }
}

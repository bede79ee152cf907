package io.granular.app.fx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class LatestTest {
  private final Queue<Runnable> work = new ArrayDeque<>();
  private final List<String> delivered = new ArrayList<>();
  private final Latest latest = new Latest(new Background(work::add, Runnable::run));

  @Test
  void onlyTheNewestOfThoseThatWaitIsDone() {
    ask("first");
    ask("second");
    ask("third");
    drain();
    assertThat(delivered).containsExactly("first", "third");
    ask("fourth");
    drain();
    assertThat(delivered).endsWith("fourth");
  }

  @Test
  void aFailureDoesNotStopWhatWaits() {
    latest.submit(() -> {
      throw new IllegalStateException("no");
    }, _ -> delivered.add("never"), problem -> delivered.add(problem.getMessage()));
    ask("next");
    drain();
    assertThat(delivered).containsExactly("no", "next");
  }

  @Test
  void whatWaitsCanBeForgotten() {
    ask("first");
    ask("second");
    latest.forget();
    drain();
    assertThat(delivered).containsExactly("first");
  }

  private void ask(String name) {
    latest.submit(() -> name, delivered::add, _ -> delivered.add("failed"));
  }

  private void drain() {
    while (!work.isEmpty()) {
      work.remove().run();
    }
  }
}

package io.granular.app.jobs;

import io.granular.app.control.Icons;
import io.granular.app.control.Page;
import io.granular.app.text.Texts;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javafx.beans.binding.Bindings;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;

/** Every run and all long work of this session with its progress or its end; what failed keeps its reason and log. */
public final class JobsScreen {
  private final Page page;
  private final Map<Listed, JobCard> cards = new HashMap<>();
  private final VBox list = new VBox(8);
  private final JobQueue queue;
  private final LongJobs longJobs;
  private final Texts texts;
  private final Node empty;

  /** Follows both lists. */
  public JobsScreen(JobQueue queue, LongJobs longJobs, Texts texts) {
    this.queue = queue;
    this.longJobs = longJobs;
    this.texts = texts;
    Button cancel = new Button(texts.get("jobs.cancel-all"), Icons.of(Feather.X));
    cancel.setId("jobs-cancel-all");
    cancel.setOnAction(_ -> {
      queue.cancelAll();
      longJobs.cancelAll();
    });
    cancel.disableProperty()
        .bind(queue.active().isEqualTo(0).and(longJobs.active().isEqualTo(0)));
    Button clear = new Button(texts.get("jobs.clear"), Icons.of(Feather.TRASH_2));
    clear.setId("jobs-clear");
    clear.setOnAction(_ -> {
      queue.clearEnded();
      longJobs.clearEnded();
    });
    clear.disableProperty()
        .bind(Bindings.size(queue.jobs())
            .lessThanOrEqualTo(queue.active())
            .and(Bindings.size(longJobs.jobs()).lessThanOrEqualTo(longJobs.active())));
    page = new Page(texts.get("nav.jobs"), texts.get("jobs.subtitle"), cancel, clear);
    empty = empty();
    queue.jobs().subscribe(this::update);
    longJobs.jobs().subscribe(this::update);
    update();
    page.setBody(list);
  }

  /** The screen. */
  public Node node() {
    return page;
  }

  private void update() {
    List<Listed> all = Stream.concat(
        queue.jobs().stream().<Listed>map(job -> new Listed.OfRun(job, texts)),
        longJobs.jobs().stream().map(job -> new ListedLongJob(job, texts)))
        // Stable, and both lists have their newest first.
        .sorted(Comparator.comparing(Listed::created).reversed())
        .toList();
    cards.keySet().retainAll(Set.copyOf(all));
    if (all.isEmpty()) {
      list.getChildren().setAll(empty);
    } else {
      list.getChildren()
          .setAll(all.stream()
              .map(job -> cards.computeIfAbsent(job, added -> new JobCard(added, texts)))
              .toList());
    }
  }

  private Node empty() {
    Label title = new Label(texts.get("jobs.empty"));
    title.getStyleClass().add("card-title");
    Label text = new Label(texts.get("jobs.empty.text"));
    text.getStyleClass().add("muted");
    VBox box = new VBox(8, Icons.of(Feather.INBOX), title, text);
    box.setAlignment(Pos.CENTER);
    box.getStyleClass().add("empty-page");
    return box;
  }
}

package io.granular.app.jobs;

import io.granular.app.control.Icons;
import io.granular.app.control.Page;
import io.granular.app.text.Texts;
import java.util.HashMap;
import java.util.Map;
import javafx.beans.binding.Bindings;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;

/** Every run of this session with its progress or its end; failed ones keep their reason and log. */
public final class JobsScreen {
  private final Page page;
  private final Map<Job, JobCard> cards = new HashMap<>();
  private final VBox list = new VBox(8);
  private final JobQueue queue;
  private final Texts texts;
  private final Node empty;

  /** Follows the queue. */
  public JobsScreen(JobQueue queue, Texts texts) {
    this.queue = queue;
    this.texts = texts;
    Button cancel = new Button(texts.get("jobs.cancel-all"), Icons.of(Feather.X));
    cancel.setOnAction(_ -> queue.cancelAll());
    cancel.disableProperty().bind(queue.active().isEqualTo(0));
    Button clear = new Button(texts.get("jobs.clear"), Icons.of(Feather.TRASH_2));
    clear.setOnAction(_ -> queue.clearEnded());
    clear.disableProperty()
        .bind(Bindings.size(queue.jobs()).lessThanOrEqualTo(queue.active()));
    page = new Page(texts.get("nav.jobs"), texts.get("jobs.subtitle"), cancel, clear);
    empty = empty();
    queue.jobs().subscribe(this::update);
    update();
    page.setBody(list);
  }

  /** The screen. */
  public Node node() {
    return page;
  }

  private void update() {
    cards.keySet().retainAll(queue.jobs());
    if (queue.jobs().isEmpty()) {
      list.getChildren().setAll(empty);
    } else {
      list.getChildren()
          .setAll(queue.jobs()
              .stream()
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

package io.granular.app.jobs;

import io.granular.app.control.Icons;
import io.granular.app.fx.Listening;
import io.granular.app.text.Texts;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import org.kordamp.ikonli.feather.Feather;

/** How far long work is, how long it takes, and its cancel button; not there while nothing runs. */
public final class WorkBar extends HBox {
  /**
   * @param id of the cancel button
   * @param accessible what is going on, as it is spoken
   */
  public WorkBar(Work work, String id, String accessible, Texts texts) {
    super(8);
    setAlignment(Pos.CENTER_LEFT);
    ProgressBar bar = new ProgressBar();
    bar.setPrefWidth(96);
    bar.setMinWidth(48);
    bar.setMaxWidth(Double.MAX_VALUE);
    bar.setAccessibleText(accessible);
    HBox.setHgrow(bar, Priority.ALWAYS);
    Label left = new Label();
    left.getStyleClass().addAll("muted", "caption");
    left.setMinWidth(USE_PREF_SIZE);
    Button cancel = Icons.button(new Button(), Feather.X, texts.get("run.cancel"));
    cancel.setId(id);
    cancel.setOnAction(_ -> work.cancel());
    getChildren().addAll(bar, left, cancel);
    visibleProperty().bind(work.running());
    managedProperty().bind(visibleProperty());
    Listening.follow(() -> {
      bar.setProgress(work.done().get());
      double seconds = work.secondsLeft().get();
      left.setText(Double.isNaN(seconds)
          ? texts.get("work.left.unknown")
          : texts.format("run.left", texts.numbers().secondsLeft(seconds)));
    }, work.done(), work.secondsLeft());
  }
}

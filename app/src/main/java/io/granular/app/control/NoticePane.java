package io.granular.app.control;

import io.granular.app.text.Texts;
import java.util.function.Consumer;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TextArea;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/** Notices in a corner of the window, newest on top; they stay until they are closed. */
public final class NoticePane extends VBox implements Consumer<Notice> {
  private static final int MOST = 3;

  private final Texts texts;

  /** An empty pane. */
  public NoticePane(Texts texts) {
    this.texts = texts;
    getStyleClass().add("notices");
    setPickOnBounds(false);
    setAlignment(Pos.BOTTOM_RIGHT);
    setMaxSize(USE_PREF_SIZE, USE_PREF_SIZE);
  }

  @Override
  public void accept(Notice notice) {
    getChildren().addFirst(card(notice));
    if (getChildren().size() > MOST) {
      getChildren().removeLast();
    }
  }

  private Region card(Notice notice) {
    boolean error = notice.severity() == Notice.Severity.ERROR;
    FontIcon icon = Icons.of(error ? Feather.ALERT_CIRCLE : Feather.INFO);
    Label title = new Label(notice.title(), icon);
    title.getStyleClass().add("title");
    title.setMaxWidth(Double.MAX_VALUE);
    HBox.setHgrow(title, Priority.ALWAYS);
    Button close = Icons.button(new Button(), Feather.X, texts.get("notice.close"));
    VBox card = new VBox(new HBox(8, title, close), paragraph(notice.message(), "message"));
    card.getStyleClass().addAll("notice", error ? "error" : "info");
    if (!notice.remedy().isBlank()) {
      card.getChildren().add(paragraph(notice.remedy(), "remedy"));
    }
    if (!notice.details().isBlank()) {
      card.getChildren().add(log(notice.details()));
    }
    close.setOnAction(_ -> getChildren().remove(card));
    return card;
  }

  private Region log(String details) {
    TextArea area = new TextArea(details.strip());
    area.setEditable(false);
    area.setPrefRowCount(8);
    area.getStyleClass().add("log");
    area.setAccessibleText(texts.get("jobs.log"));
    Button show = new Button(texts.get("notice.details"));
    show.getStyleClass().addAll("flat", "link-button");
    VBox box = new VBox(4, show);
    show.setOnAction(_ -> {
      if (!box.getChildren().remove(area)) {
        box.getChildren().add(area);
      }
    });
    return box;
  }

  private static Label paragraph(String text, String styleClass) {
    Label label = new Label(text);
    label.setWrapText(true);
    label.setMinHeight(USE_PREF_SIZE);
    label.getStyleClass().add(styleClass);
    return label;
  }
}

package io.granular.app.control;

import atlantafx.base.controls.Spacer;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;

/** A screen with a title, its actions, and a column of content that scrolls. */
public final class Page extends BorderPane {
  private static final double COLUMN = 920;

  /**
   * @param title of the screen
   * @param subtitle one sentence
   * @param actions buttons at the right of the title
   */
  public Page(String title, String subtitle, Node... actions) {
    getStyleClass().add("page");
    Label name = new Label(title);
    name.getStyleClass().add("page-title");
    Label words = new Label(subtitle);
    words.getStyleClass().add("muted");
    words.setWrapText(true);
    VBox heading = new VBox(4, name, words);
    HBox.setHgrow(heading, Priority.ALWAYS);
    HBox header = new HBox(8, heading, new Spacer());
    header.getChildren().addAll(actions);
    for (Node action : actions) {
      if (action instanceof Region region) {
        region.setMinWidth(USE_PREF_SIZE);
      }
    }
    header.setAlignment(Pos.CENTER_LEFT);
    header.getStyleClass().add("page-header");
    StackPane top = column(header);
    top.getStyleClass().add("page-top");
    setTop(top);
  }

  /** Replaces the content. */
  public void setBody(Node body) {
    StackPane column = column(body);
    column.getStyleClass().add("page-body");
    ScrollPane scroll = new ScrollPane(column);
    scroll.setFitToWidth(true);
    scroll.setHbarPolicy(ScrollPane.ScrollBarPolicy.NEVER);
    scroll.getStyleClass().add("page-scroll");
    setCenter(scroll);
  }

  private static StackPane column(Node content) {
    if (content instanceof Region region) {
      region.setMaxWidth(COLUMN);
    }
    StackPane pane = new StackPane(content);
    pane.setAlignment(Pos.TOP_CENTER);
    return pane;
  }
}

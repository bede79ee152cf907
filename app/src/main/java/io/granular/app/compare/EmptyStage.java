package io.granular.app.compare;

import io.granular.app.control.Icons;
import io.granular.app.fx.Listening;
import io.granular.app.run.Comparison;
import io.granular.app.session.Session;
import io.granular.app.session.Side;
import io.granular.app.text.Texts;
import java.util.Locale;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressIndicator;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;

/** The stage before there is a picture: says what will be compared, and one button does it. */
final class EmptyStage extends VBox {
  EmptyStage(Session session, Comparison comparison, Texts texts) {
    getStyleClass().add("empty-stage");
    setAlignment(Pos.CENTER);
    setPickOnBounds(false);
    Label title = new Label(texts.get("empty.title"));
    title.getStyleClass().add("title");
    HBox sides = new HBox(12, side(session, Side.A), new Label(texts.get("empty.versus")),
        side(session, Side.B));
    sides.setAlignment(Pos.CENTER);
    Label text = new Label(texts.get("empty.text"));
    text.getStyleClass().add("muted");
    text.setWrapText(true);
    Button run = new Button(texts.get("run.run"), Icons.of(Feather.PLAY));
    run.getStyleClass().addAll("accent", "large");
    run.setId("empty-run");
    run.setOnAction(_ -> comparison.run());
    ProgressIndicator busy = new ProgressIndicator();
    busy.setAccessibleText(texts.get("run.progress"));
    getChildren().addAll(sides, title, text, run);
    Listening.follow(() -> {
      boolean running = comparison.running().get();
      title.setText(texts.get(running ? "empty.running" : "empty.title"));
      text.setText(texts.get(running ? "empty.running.text" : "empty.text"));
      getChildren().set(getChildren().size() - 1, running ? busy : run);
      setVisible(session.side(Side.A).picture().get() == null
          && session.side(Side.B).picture().get() == null);
    }, comparison.running(), session.side(Side.A).picture(), session.side(Side.B).picture());
  }

  private static HBox side(Session session, Side side) {
    Label badge = new Label(side.name());
    badge.getStyleClass().addAll("side-badge", "side-" + side.name().toLowerCase(Locale.ROOT));
    Label name = new Label();
    name.getStyleClass().add("side-name");
    name.textProperty()
        .bind(session.side(side)
            .settings()
            .map(
                settings -> session.recipeName(settings.recipe())));
    session.recipes()
        .subscribe(() -> name.textProperty()
            .bind(session.side(side)
                .settings()
                .map(
                    settings -> session.recipeName(settings.recipe()))));
    HBox box = new HBox(8, badge, name);
    box.setAlignment(Pos.CENTER);
    box.getStyleClass().add("side-pill");
    return box;
  }
}

package io.granular.app;

import io.granular.app.control.Icons;
import io.granular.app.fx.Listening;
import io.granular.app.library.ModelChooser;
import io.granular.app.run.Comparison;
import io.granular.app.session.Session;
import io.granular.app.text.Texts;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;
import org.kordamp.ikonli.feather.Feather;

/** Model, prompt, seed, Run. */
final class TopBar extends HBox {
  /** Room for "Cancel" in most languages, so that nothing moves when a run starts. */
  private static final double WIDTH = 96;

  TopBar(Session session, Comparison comparison, ModelChooser models, Texts texts) {
    getStyleClass().add("top-bar");
    setAlignment(Pos.CENTER_LEFT);
    Region mark = new Region();
    mark.getStyleClass().add("logo");
    Label name = new Label(texts.get("app.name"), mark);
    name.getStyleClass().add("app-name");
    name.setMinWidth(USE_PREF_SIZE);
    getChildren().addAll(name, models, new PromptField(session, comparison, texts),
        new SeedField(session, texts), runButton(session, comparison, texts));
  }

  private static Button runButton(Session session, Comparison comparison, Texts texts) {
    Label key = new Label();
    key.getStyleClass().add("key-hint");
    Label word = new Label();
    HBox content = new HBox(8);
    content.setAlignment(Pos.CENTER);
    content.setMinWidth(WIDTH);
    Button run = new Button();
    run.setId("run");
    run.setGraphic(content);
    run.getStyleClass().add("run-button");
    run.setMinWidth(USE_PREF_SIZE);
    run.setOnAction(_ -> {
      if (comparison.running().get()) {
        comparison.cancel();
      } else {
        comparison.run();
      }
    });
    Listening.follow(() -> {
      boolean running = comparison.running().get();
      word.setText(texts.get(running ? "run.cancel" : "run.run"));
      key.setText(running ? "Esc" : "F5");
      content.getChildren().setAll(Icons.of(running ? Feather.X : Feather.PLAY), word, key);
      run.setAccessibleText(word.getText());
      run.setDisable(!running && session.info().get() == null);
      run.getStyleClass().removeAll("accent", "cancel");
      run.getStyleClass().add(running ? "cancel" : "accent");
    }, comparison.running(), session.info());
    return run;
  }
}

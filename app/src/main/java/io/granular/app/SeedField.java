package io.granular.app;

import io.granular.app.control.Icons;
import io.granular.app.session.Session;
import io.granular.app.text.Texts;
import java.util.concurrent.ThreadLocalRandom;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.control.TextFormatter;
import javafx.scene.layout.HBox;
import org.kordamp.ikonli.feather.Feather;

/** The seed, and dice for another one. */
final class SeedField extends HBox {
  /** Short enough to read out and to type again. */
  private static final long DICE = 1_000_000;

  SeedField(Session session, Texts texts) {
    getStyleClass().add("field-box");
    setAlignment(Pos.CENTER_LEFT);
    setMinWidth(USE_PREF_SIZE);
    Label name = new Label(texts.get("seed.name"));
    name.getStyleClass().add("muted");
    TextField field = new TextField();
    field.setId("seed");
    field.getStyleClass().addAll("bare", "strong");
    field.setPrefColumnCount(6);
    field.setAccessibleText(texts.get("seed.name"));
    name.setLabelFor(field);
    field.setTextFormatter(new TextFormatter<>(SeedField::onlyDigits));
    session.seed().subscribe(seed -> {
      if (!field.getText().equals(seed.toString())) {
        field.setText(seed.toString());
      }
    });
    field.textProperty().addListener((_, _, text) -> {
      if (!text.isEmpty()) {
        session.seed().set(Long.parseLong(text));
      }
    });
    field.focusedProperty().subscribe(focused -> {
      if (!focused && field.getText().isEmpty()) {
        field.setText(String.valueOf(session.seed().get()));
      }
    });
    Button dice = Icons.button(new Button(), Feather.SHUFFLE, texts.get("seed.dice"));
    dice.setId("dice");
    dice.setOnAction(_ -> session.seed().set(ThreadLocalRandom.current().nextLong(DICE)));
    getChildren().addAll(name, field, dice);
  }

  /** A change to anything but digits becomes one that changes nothing. */
  private static TextFormatter.Change onlyDigits(TextFormatter.Change change) {
    if (!change.getControlNewText().matches("\\d{0,18}")) {
      change.setText("");
      change.setRange(change.getRangeStart(), change.getRangeStart());
    }
    return change;
  }
}

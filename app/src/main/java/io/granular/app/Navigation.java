package io.granular.app;

import atlantafx.base.controls.Spacer;
import io.granular.app.control.Icons;
import io.granular.app.fx.Listening;
import io.granular.app.text.Texts;
import javafx.beans.binding.IntegerBinding;
import javafx.beans.property.ObjectProperty;
import javafx.geometry.Orientation;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.ContentDisplay;
import javafx.scene.control.Label;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;

/** The list of screens at the left. */
final class Navigation extends VBox {
  private final Texts texts;
  private final ToggleGroup group = new ToggleGroup();
  private final ObjectProperty<ScreenName> screen;
  /** Held here: what it is bound to does not hold it. */
  private final IntegerBinding activeJobs;

  Navigation(ObjectProperty<ScreenName> screen, IntegerBinding activeJobs, Runnable help,
      Texts texts) {
    this.texts = texts;
    this.screen = screen;
    this.activeJobs = activeJobs;
    getStyleClass().add("navigation");
    for (ScreenName name : ScreenName.values()) {
      if (name == ScreenName.ENGINE) {
        getChildren().add(new Spacer(Orientation.VERTICAL));
      }
      ToggleButton entry = entry(name);
      getChildren().add(entry);
      if (name == ScreenName.JOBS) {
        entry.setGraphic(withCount(entry));
        entry.setContentDisplay(ContentDisplay.GRAPHIC_ONLY);
      }
    }
    Button keys = new Button(texts.get("nav.keys"), Icons.of(Feather.HELP_CIRCLE));
    keys.getStyleClass().addAll("nav-entry", "flat");
    keys.setMaxWidth(Double.MAX_VALUE);
    keys.setAlignment(Pos.CENTER_LEFT);
    keys.setOnAction(_ -> help.run());
    keys.setId("nav-keys");
    getChildren().add(keys);
  }

  private ToggleButton entry(ScreenName name) {
    ToggleButton button = new ToggleButton(texts.get("nav." + name.key()), Icons.of(name.icon()));
    button.getStyleClass().add("nav-entry");
    button.setId("nav-" + name.key());
    button.setMaxWidth(Double.MAX_VALUE);
    button.setAlignment(Pos.CENTER_LEFT);
    button.setToggleGroup(group);
    button.setAccessibleText(texts.get("nav." + name.key()));
    button.setOnAction(_ -> {
      screen.set(name);
      button.setSelected(true);
    });
    Listening.follow(() -> button.setSelected(screen.get() == name), screen);
    return button;
  }

  /** Text and graphic as one row, so that the number of jobs sits at its end. */
  private HBox withCount(ToggleButton entry) {
    Label count = new Label();
    count.getStyleClass().add("count-badge");
    Label name = new Label(entry.getText(), entry.getGraphic());
    name.setGraphicTextGap(entry.getGraphicTextGap());
    name.graphicTextGapProperty().bind(entry.graphicTextGapProperty());
    HBox row = new HBox(name, new Spacer(), count);
    row.setAlignment(Pos.CENTER_LEFT);
    row.prefWidthProperty().bind(entry.widthProperty().subtract(24));
    Listening.follow(() -> {
      count.setText(String.valueOf(activeJobs.get()));
      count.setVisible(activeJobs.get() > 0);
    }, activeJobs);
    return row;
  }
}

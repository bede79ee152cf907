package io.granular.app.save;

import atlantafx.base.controls.Spacer;
import io.granular.app.control.Icons;
import io.granular.app.jobs.Failure;
import io.granular.app.text.Texts;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TextArea;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;

/** Why nothing was saved. */
final class SaveFailedPane extends VBox {
  private final Label reason = Captions.wrapped("");
  private final Label remedy = Captions.wrapped("");
  private final TextArea log = new TextArea();

  SaveFailedPane(Saving saving, Texts texts) {
    super(12);
    reason.setId("save-failure");
    reason.setGraphic(Icons.of(Feather.ALERT_CIRCLE));
    reason.setMaxWidth(Double.MAX_VALUE);
    reason.getStyleClass().addAll("note", "error");
    remedy.setId("save-remedy");
    log.setEditable(false);
    log.setPrefRowCount(4);
    log.getStyleClass().add("log");
    log.setAccessibleText(texts.get("jobs.log"));
    remedy.managedProperty().bind(remedy.visibleProperty());
    log.managedProperty().bind(log.visibleProperty());
    Button back = new Button(texts.get("save.back"), Icons.of(Feather.ARROW_LEFT));
    back.setId("save-back");
    back.setOnAction(_ -> saving.again());
    getChildren().addAll(reason, remedy, log, new HBox(new Spacer(), back));
  }

  void show(Failure why) {
    reason.setText(why.message());
    remedy.setText(why.remedy());
    remedy.setVisible(!why.remedy().isBlank());
    log.setText(why.log().strip());
    log.setVisible(!why.log().isBlank());
  }
}

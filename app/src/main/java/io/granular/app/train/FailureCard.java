package io.granular.app.train;

import io.granular.app.control.Icons;
import io.granular.app.fx.Listening;
import io.granular.app.jobs.Failure;
import io.granular.app.session.Session;
import io.granular.app.text.Texts;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.TextArea;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;

/** Why the last training failed. */
final class FailureCard extends VBox {
  private final Training training;
  private final Session session;
  private final Texts texts;
  private final Label title = new Label();
  private final Label reason = new Label();
  private final Label remedy = new Label();
  private final TextArea log = new TextArea();

  FailureCard(Training training, Session session, Texts texts) {
    this.training = training;
    this.session = session;
    this.texts = texts;
    setId("train-failure");
    getStyleClass().add("card");
    title.getStyleClass().add("card-title");
    reason.setGraphic(Icons.of(Feather.ALERT_CIRCLE));
    reason.getStyleClass().addAll("note", "error");
    reason.setMaxWidth(Double.MAX_VALUE);
    for (Label label : new Label[]{reason, remedy}) {
      label.setWrapText(true);
      label.setMinHeight(USE_PREF_SIZE);
    }
    log.setEditable(false);
    log.getStyleClass().add("log");
    log.setAccessibleText(texts.get("jobs.log"));
    for (var part : new Node[]{remedy, log}) {
      part.managedProperty().bind(part.visibleProperty());
    }
    getChildren().addAll(title, reason, remedy, log);
    Listening.follow(this::update, training.phase());
  }

  private void update() {
    if (training.phase().get() instanceof Phase.Failed(var request, Failure why)) {
      title.setText(texts.format("train.failed.of", session.recipeName(request.recipe())));
      reason.setText(why.message());
      remedy.setText(why.remedy());
      remedy.setVisible(!why.remedy().isBlank());
      log.setText(why.log().strip());
      log.setPrefRowCount(Math.clamp(why.log().strip().lines().count() + 1, 3, 10));
      log.setVisible(!why.log().isBlank());
    }
  }
}

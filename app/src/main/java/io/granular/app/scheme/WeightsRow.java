package io.granular.app.scheme;

import atlantafx.base.controls.Spacer;
import io.granular.app.control.Icons;
import io.granular.app.fx.Listening;
import io.granular.app.session.Session;
import io.granular.app.session.SideModel;
import io.granular.app.session.SideSettings.Weights;
import io.granular.app.text.Texts;
import java.nio.file.Path;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import org.kordamp.ikonli.feather.Feather;

/** Says that a side runs trained weights, and takes them off it; not there for the model's own. */
final class WeightsRow extends HBox {
  WeightsRow(SideModel side, Session session, Texts texts) {
    super(8);
    String letter = side.side().name();
    setAlignment(Pos.CENTER_LEFT);
    Label name = new Label("", Icons.of(Feather.TRENDING_DOWN));
    name.setId("weights-of-" + letter);
    name.getStyleClass().add("trained-weights");
    name.setMinWidth(0);
    Button remove = Icons.button(new Button(), Feather.X,
        texts.format("card.untrained", letter));
    remove.setId("untrained-" + letter);
    remove.setOnAction(_ -> side.settings().set(side.settings().get().withWeights(null)));
    getChildren().addAll(name, new Spacer(), remove);
    managedProperty().bind(visibleProperty());
    Listening.follow(() -> {
      Weights weights = side.settings().get().weights();
      if (weights == null || !weights.of().equals(session.model().get())) {
        setVisible(false);
      } else {
        setVisible(true);
        String folder = weights.folder();
        name.setText(texts.format("card.trained", String.valueOf(Path.of(folder).getFileName())));
        name.setTooltip(new Tooltip(folder));
      }
    }, side.settings(), session.model());
  }
}

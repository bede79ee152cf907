package io.granular.app;

import atlantafx.base.controls.CustomTextField;
import atlantafx.base.controls.Popover;
import io.granular.app.control.Icons;
import io.granular.app.run.Comparison;
import io.granular.app.session.Session;
import io.granular.app.text.Texts;
import io.granular.engine.studio.ModelInfo;
import java.util.List;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;

/** The prompt; behind its arrow the negative prompt and the model's sample prompts. */
final class PromptField extends CustomTextField {
  private final Session session;
  private final Texts texts;
  private final Popover popover = new Popover();

  PromptField(Session session, Comparison comparison, Texts texts) {
    this.session = session;
    this.texts = texts;
    setId("prompt");
    getStyleClass().add("prompt-field");
    setPromptText(texts.get("prompt.hint"));
    setAccessibleText(texts.get("prompt.accessible"));
    textProperty().bindBidirectional(session.prompt());
    setOnAction(_ -> comparison.run());
    Button more =
        Icons.button(new Button(), Feather.CHEVRON_DOWN, texts.get("prompt.more"));
    more.setId("prompt-more");
    more.setOnAction(_ -> open(more));
    setRight(more);
    HBox.setHgrow(this, Priority.ALWAYS);
    popover.setArrowLocation(Popover.ArrowLocation.TOP_RIGHT);
    popover.setHeaderAlwaysVisible(false);
    popover.setDetachable(false);
  }

  private void open(Button owner) {
    TextField negative = new TextField();
    negative.setPromptText(texts.get("prompt.negative.hint"));
    negative.textProperty().bindBidirectional(session.negative());
    Label negativeName = heading("prompt.negative");
    negativeName.setLabelFor(negative);
    VBox box = new VBox(8, negativeName, negative);
    box.getStyleClass().add("prompt-popover");
    ModelInfo info = session.info().get();
    List<String> samples = info == null ? List.of() : info.defaults().samplePrompts();
    if (!samples.isEmpty()) {
      box.getChildren().add(heading("prompt.samples"));
      for (String sample : samples) {
        Button button = new Button(sample);
        button.getStyleClass().addAll("flat", "sample-prompt");
        button.setMaxWidth(Double.MAX_VALUE);
        button.setOnAction(_ -> {
          session.prompt().set(sample);
          popover.hide();
        });
        box.getChildren().add(button);
      }
    }
    popover.setContentNode(box);
    popover.show(owner);
    negative.requestFocus();
  }

  private Label heading(String key) {
    Label label = new Label(texts.get(key));
    label.getStyleClass().add("heading");
    return label;
  }
}

package io.granular.app.save;

import io.granular.app.control.Icons;
import io.granular.app.text.Texts;
import io.granular.engine.save.Fit;
import io.granular.engine.save.Refusal;
import java.util.List;
import javafx.beans.value.ObservableValue;
import javafx.scene.control.Label;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;

/** What the format can hold of the side, and how large that would be. */
final class FitPane extends VBox {
  /** Modules that are named; the others are counted. */
  private static final int SHOWN = 3;

  private final Texts texts;

  FitPane(ObservableValue<FitState> fit, Texts texts) {
    super(6);
    this.texts = texts;
    setId("save-fit");
    getStyleClass().add("save-fit");
    show(fit.getValue());
    fit.when(sceneProperty().map(scene -> scene != null).orElse(false)).subscribe(this::show);
  }

  private void show(FitState state) {
    switch (state) {
      case FitState.Asking() ->
        getChildren().setAll(Captions.muted(texts.get("save.asking")));
      case FitState.Unknown(String message) -> getChildren().setAll(error(message));
      case FitState.Known(Fit fit) when fit.refusals().isEmpty() -> fits(fit);
      case FitState.Known(Fit fit) -> refused(fit.refusals());
    }
  }

  private void fits(Fit fit) {
    Label size = Captions.wrapped(
        texts.format("save.estimate", texts.numbers().bytes(fit.bytes())));
    size.setId("save-estimate");
    size.getStyleClass().add("strong");
    getChildren().setAll(size);
    fit.notes().forEach(note -> getChildren().add(Captions.muted(note)));
  }

  private void refused(List<Refusal> refusals) {
    Label title = error(texts.format("save.refused", refusals.size()));
    title.setId("save-refused");
    getChildren().setAll(title);
    refusals.stream().limit(SHOWN).forEach(refusal -> {
      Label module = Captions.wrapped(refusal.module() + " · " + refusal.scheme());
      module.getStyleClass().addAll("strong", "save-module");
      Label problem = Captions.muted(refusal.problem());
      Label nearest = Captions.wrapped(texts.format("save.nearest", refusal.nearest()));
      nearest.getStyleClass().addAll("caption", "save-nearest");
      getChildren().add(new VBox(2, module, problem, nearest));
    });
    int more = refusals.size() - SHOWN;
    if (more > 0) {
      Label count = Captions.muted(texts.format("save.more", more));
      count.setId("save-more");
      getChildren().add(count);
    }
  }

  private static Label error(String text) {
    Label label = Captions.wrapped(text);
    label.setGraphic(Icons.of(Feather.ALERT_CIRCLE));
    label.setMaxWidth(Double.MAX_VALUE);
    label.getStyleClass().addAll("note", "error");
    return label;
  }
}

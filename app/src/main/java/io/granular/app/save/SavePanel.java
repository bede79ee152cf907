package io.granular.app.save;

import io.granular.app.text.Texts;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.layout.VBox;

/** Saving a side's quantized model, from the choice of a format to what came of it. */
final class SavePanel extends VBox {
  private final Saving saving;
  private final ChoicePane choice;
  private final SavingPane active;
  private final SavedPane done;
  private final SaveFailedPane failed;
  private final VBox body = new VBox();

  SavePanel(Saving saving, Texts texts) {
    super(12);
    this.saving = saving;
    choice = new ChoicePane(saving, texts);
    active = new SavingPane(saving, texts);
    done = new SavedPane(saving, texts);
    failed = new SaveFailedPane(saving, texts);
    getStyleClass().add("save-panel");
    Label title = new Label(texts.format("save.title", saving.side().side().name()));
    title.getStyleClass().add("card-title");
    Label subject = Captions.muted(saving.subject());
    subject.setId("save-subject");
    getChildren().addAll(new VBox(2, title, subject), body);
    // Ends with the panel: the side outlives it.
    saving.phase()
        .when(sceneProperty().map(scene -> scene != null).orElse(false))
        .subscribe(this::show);
    show(saving.phase().get());
  }

  /** What closes the panel. */
  void closeWith(Runnable close) {
    done.closeWith(close);
  }

  /** Lets the keyboard begin at what is to be chosen. */
  void focusFirst() {
    switch (saving.phase().get()) {
      case SavePhase.Choosing() -> choice.focusFormat();
      case SavePhase.Done(_, _) -> done.focusFolder();
      case SavePhase.Active(_, _),SavePhase.Failed(_, _) -> {}
    }
  }

  private void show(SavePhase phase) {
    Node wanted = switch (phase) {
      case SavePhase.Choosing() -> choice;
      case SavePhase.Active now -> {
        active.show(now);
        yield active;
      }
      case SavePhase.Done now -> {
        done.show(now);
        yield done;
      }
      case SavePhase.Failed(_, var why) -> {
        failed.show(why);
        yield failed;
      }
    };
    if (!body.getChildren().contains(wanted)) {
      body.getChildren().setAll(wanted);
    }
  }
}

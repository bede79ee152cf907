package io.granular.app.save;

import atlantafx.base.controls.Spacer;
import io.granular.app.control.Icons;
import io.granular.app.text.Texts;
import io.granular.engine.run.RunProgress;
import io.granular.engine.run.RunProgress.Stage;
import java.util.Locale;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.control.ProgressIndicator;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;
import org.kordamp.ikonli.feather.Feather;

/** How far saving is. */
final class SavingPane extends VBox {
  private final Texts texts;
  private final Label to = Captions.muted("");
  private final Label stage = new Label();
  private final Label left = new Label();
  private final ProgressBar bar = new ProgressBar();

  SavingPane(Saving saving, Texts texts) {
    super(8);
    this.texts = texts;
    stage.setId("save-stage");
    stage.getStyleClass().add("strong");
    left.getStyleClass().addAll("muted", "caption");
    left.setId("save-left");
    bar.setMaxWidth(Double.MAX_VALUE);
    bar.setAccessibleText(texts.get("save.progress"));
    Button cancel = new Button(texts.get("run.cancel"), Icons.of(Feather.X));
    cancel.setId("save-cancel");
    cancel.setOnAction(_ -> saving.work().cancel());
    HBox words = new HBox(8, stage, new Spacer(), left);
    words.setAlignment(Pos.CENTER_LEFT);
    HBox end = new HBox(new Spacer(), cancel);
    getChildren().addAll(to, words, bar, Captions.muted(texts.get("save.progress.hint")), end);
  }

  void show(SavePhase.Active now) {
    to.setText(now.request().to().toString());
    RunProgress progress = now.progress();
    boolean counted = progress != null && progress.steps() > 0;
    stage.setText(words(progress, counted));
    bar.setProgress(progress != null && counted
        ? (double) progress.step() / progress.steps()
        : ProgressIndicator.INDETERMINATE_PROGRESS);
    left.setText(progress != null && Double.isFinite(progress.remainingSeconds())
        ? texts.format("run.left", texts.numbers().secondsLeft(progress.remainingSeconds()))
        : "");
  }

  /** Modules are counted while they are written; everything else after that is the check. */
  private String words(@Nullable RunProgress progress, boolean counted) {
    if (progress == null) {
      return texts.get("jobs.waiting");
    }
    if (progress.stage() == Stage.WRITING && counted) {
      return texts.format("save.modules", progress.step(), progress.steps());
    }
    if (progress.stage() == Stage.STEPS) {
      return texts.format("save.checking", progress.step(), progress.steps());
    }
    return texts.get("stage." + progress.stage().name().toLowerCase(Locale.ROOT));
  }
}

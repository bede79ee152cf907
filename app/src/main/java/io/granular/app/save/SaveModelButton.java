package io.granular.app.save;

import atlantafx.base.controls.Popover;
import io.granular.app.control.Icons;
import io.granular.app.text.Texts;
import javafx.scene.control.Button;
import org.kordamp.ikonli.feather.Feather;

/** Opens the panel that saves a side's quantized model. */
public final class SaveModelButton extends Button {
  private final Saving saving;
  private final Texts texts;

  public SaveModelButton(Saving saving, Texts texts) {
    this.saving = saving;
    this.texts = texts;
    Icons.button(this, Feather.HARD_DRIVE,
        texts.format("save.open.side", saving.side().side().name()));
    setId("save-model-" + saving.side().side());
    setOnAction(_ -> open());
  }

  /** A new panel each time, which shows how things stand now. */
  public void open() {
    SavePanel panel = new SavePanel(saving, texts);
    Popover popover = new Popover(panel);
    popover.setHeaderAlwaysVisible(false);
    popover.setDetachable(false);
    popover.setAnimated(false);
    popover.setArrowLocation(Popover.ArrowLocation.RIGHT_TOP);
    panel.closeWith(popover::hide);
    popover.setOnHidden(_ -> saving.watch(false));
    saving.watch(true);
    popover.show(this);
    panel.focusFirst();
  }
}

package io.granular.app.calibrate;

import atlantafx.base.controls.Popover;
import io.granular.app.control.Icons;
import io.granular.app.text.Texts;
import javafx.scene.control.Button;
import org.kordamp.ikonli.feather.Feather;

/** Opens the panel that calibrates a side. */
public final class CalibrateButton extends Button {
  /**
   * @param place ends the id: {@code calibrate-PLACE}
   */
  public CalibrateButton(Calibrating calibrating, String place, Texts texts) {
    super(texts.get("calibrate.open"), Icons.of(Feather.CROSSHAIR));
    setId("calibrate-" + place);
    getStyleClass().add("small");
    setMinWidth(USE_PREF_SIZE);
    setAccessibleText(
        texts.format("calibrate.title", calibrating.side().side().name()));
    setOnAction(_ -> open(calibrating, texts));
  }

  /** A new panel each time, which shows how things stand now. */
  private void open(Calibrating calibrating, Texts texts) {
    Popover popover = new Popover(new CalibrationPanel(calibrating, texts));
    popover.setHeaderAlwaysVisible(false);
    popover.setDetachable(false);
    popover.setAnimated(false);
    popover.setArrowLocation(Popover.ArrowLocation.TOP_RIGHT);
    popover.show(this);
  }
}

package io.granular.app.compare;

import io.granular.app.control.Icons;
import io.granular.app.control.Segmented;
import io.granular.app.fx.Listening;
import io.granular.app.picture.Difference;
import io.granular.app.text.Numbers;
import io.granular.app.text.Texts;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import javafx.beans.property.DoubleProperty;
import javafx.beans.property.Property;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.Slider;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;

/** What can be set about the open view, floating over a corner of the stage. */
final class ViewOptions extends StackPane {
  /** The threshold goes up to a quarter of the scale; what differs more is always of interest. */
  private static final double MAX_THRESHOLD = 0.25;
  private static final double LOG_2 = Math.log(2);

  private final StageModel model;
  private final Texts texts;
  private final Numbers numbers;

  ViewOptions(StageModel model, Texts texts) {
    this.model = model;
    this.texts = texts;
    numbers = texts.numbers();
    getStyleClass().addAll("stage-overlay", "view-options");
    setMaxSize(USE_PREF_SIZE, USE_PREF_SIZE);
    Node wipe = wipe();
    Node blink = blink();
    Node onion = onion();
    Node difference = difference();
    Listening.follow(() -> {
      setVisible(model.solo().get() == null && model.mode().get() != ViewMode.SIDE_BY_SIDE);
      getStyleClass().remove("compact");
      switch (model.mode().get()) {
        case WIPE -> {
          getChildren().setAll(wipe);
          getStyleClass().add("compact");
        }
        case SIDE_BY_SIDE -> getChildren().clear();
        case BLINK -> getChildren().setAll(blink);
        case ONION -> getChildren().setAll(onion);
        case DIFFERENCE -> getChildren().setAll(difference);
      }
    }, model.mode(), model.solo());
  }

  private Node wipe() {
    ToggleButton turn = Icons.button(new ToggleButton(), Feather.ROTATE_CW, texts.get("wipe.turn"));
    turn.selectedProperty().bindBidirectional(model.horizontal());
    return turn;
  }

  private Node blink() {
    return slider("blink.rate", new Slider(0.5, 8, 2), model.blinkRate(),
        rate -> numbers.fixed(rate, 1) + "\u00a0" + texts.get("unit.perSecond"));
  }

  private Node onion() {
    return slider("onion.opacity", new Slider(0, 1, 0.5), model.opacity(),
        share -> texts.format("zoom.percent", Math.round(share * 100)));
  }

  private Node difference() {
    Segmented<Difference.Kind> kinds = new Segmented<>(List.of(Difference.Kind.values()),
        kind -> texts.get("difference." + kind.name().toLowerCase(Locale.ROOT)),
        kind -> texts.get("difference." + kind.name().toLowerCase(Locale.ROOT) + ".hint"));
    kinds.value().set(model.difference().get().kind());
    kinds.value().subscribe(kind -> {
      if (kind != null) {
        model.difference().set(model.difference().get().withKind(kind));
      }
    });

    Slider gain = new Slider(0, Math.log(Difference.MAX_GAIN) / LOG_2, 0);
    gain.setBlockIncrement(1);
    gain.setMajorTickUnit(1);
    gain.setMinorTickCount(0);
    gain.setSnapToTicks(true);
    Slider threshold = new Slider(0, MAX_THRESHOLD, 0);
    threshold.setBlockIncrement(MAX_THRESHOLD / 16);
    Label gainText = valueLabel();
    Label thresholdText = valueLabel();
    Listening.follow(() -> {
      Difference now = model.difference().get();
      kinds.value().set(now.kind());
      gain.setValue(Math.log(now.gain()) / LOG_2);
      threshold.setValue(now.threshold());
      gainText.setText(numbers.plain(now.gain()) + "×");
      thresholdText.setText(numbers.fixed(now.thresholdValue(),
          now.kind() == Difference.Kind.FLIP ? 3 : 0));
    }, model.difference());

    Listening.onChange(() -> model.difference()
        .set(model.difference()
            .get()
            .withGain(Math.pow(2, Math.rint(gain.getValue())))),
        gain.valueProperty());
    Listening.onChange(() -> model.difference()
        .set(model.difference()
            .get()
            .withThreshold(threshold.getValue())),
        threshold.valueProperty());

    return new VBox(10, kinds, labelled("difference.gain", gain, gainText),
        labelled("difference.threshold", threshold, thresholdText),
        new DifferenceLegend(model, texts));
  }

  private Node slider(String key, Slider slider, DoubleProperty value,
      DoubleFunction<String> format) {
    Label text = valueLabel();
    Property<Number> target = value;
    slider.valueProperty().bindBidirectional(target);
    Listening.follow(() -> text.setText(format.apply(value.get())), value);
    return labelled(key, slider, text);
  }

  private HBox labelled(String key, Slider slider, Label value) {
    Label name = new Label(texts.get(key));
    name.getStyleClass().add("muted");
    name.setLabelFor(slider);
    slider.setAccessibleText(texts.get(key));
    slider.setTooltip(new Tooltip(texts.get(key + ".hint")));
    slider.getStyleClass().add("small");
    slider.setPrefWidth(80);
    HBox.setHgrow(slider, Priority.ALWAYS);
    name.setMinWidth(USE_PREF_SIZE);
    HBox row = new HBox(8, name, slider, value);
    row.setAlignment(Pos.CENTER_LEFT);
    return row;
  }

  private static Label valueLabel() {
    Label label = new Label();
    label.getStyleClass().addAll("strong", "option-value");
    return label;
  }
}

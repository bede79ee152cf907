package io.granular.app.train;

import io.granular.app.control.FormRows;
import io.granular.app.control.NumberField;
import io.granular.app.text.Numbers;
import io.granular.app.text.Texts;
import io.granular.app.train.Setup.Source;
import io.granular.engine.train.Learning;
import io.granular.engine.train.Objective;
import io.granular.engine.train.TrainingRequest;
import java.util.function.DoubleFunction;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.Property;
import javafx.beans.value.ObservableValue;
import javafx.scene.control.CheckBox;
import javafx.scene.control.TextField;
import javafx.scene.control.Tooltip;
import org.jspecify.annotations.Nullable;

/** How a step learns, what saves memory, and what few people change. */
final class MoreRows {
  private static final int LARGEST_BATCH = 64;

  private final Setup setup;
  private final Texts texts;
  private final Numbers numbers;
  private final TrainWords words;

  MoreRows(Setup setup, Texts texts) {
    this.setup = setup;
    this.texts = texts;
    numbers = texts.numbers();
    words = new TrainWords(texts);
  }

  void addTo(FormRows rows) {
    ObservableValue<Boolean> taught = setup.source.map(each -> each == Source.TEACHER);
    add(rows, "rate", number("rate", name("rate"), 1e-9, 1, 1e-5, Learning.USUAL.rate(),
        setup.rate, words::rate));
    add(rows, "batch", number("batch", 1, LARGEST_BATCH, 1, Learning.USUAL.batch(), setup.batch));
    add(rows, "accumulation", number("accumulation", 1, 1024, 1, Learning.USUAL.accumulation(),
        setup.accumulation));
    NumberField minSnr =
        number("min-snr", name("min-snr"), 0.01, 1000, 1, 5, setup.minSnr, numbers::tick);
    minSnr.setPromptText(texts.get("train.min-snr.none"));
    add(rows, "min-snr", minSnr);
    rows.row(name("features"), hint("features"), features(), taught);
    rows.row(name("feature-weight"), hint("feature-weight"),
        number("feature-weight", name("feature-weight"), 1e-6, 1000, 0.1,
            Setup.USUAL_FEATURE_WEIGHT, setup.featureWeight, numbers::tick),
        setup.features.map(text -> !Patterns.split(text).isEmpty())
            .flatMap(any -> taught.map(is -> is && any)));
    rows.row(name("dropout"), hint("dropout"),
        number("dropout", name("dropout"), 0, 1, 0.05,
            Objective.NoisePrediction.USUAL_DROPOUT, setup.dropout, numbers::tick),
        setup.source.map(each -> each == Source.PICTURES));
    add(rows, "seed", number("seed", 0, Integer.MAX_VALUE, 1, 0, setup.seed));
    add(rows, "checkpoints", number("checkpoints", name("checkpoints"), 0, 1440, 1,
        TrainingRequest.USUAL_CHECKPOINTS, setup.checkpoints, numbers::tick));
    rows.wide(check("recompute", name("recompute"), hint("recompute"), setup.recompute));
    rows.wide(check("average", name("average"), hint("average"), setup.average));
  }

  private TextField features() {
    TextField field = new TextField();
    field.setId("train-features");
    field.setPrefColumnCount(8);
    field.setMinWidth(64);
    field.setAccessibleText(name("features"));
    field.setPromptText(texts.get("train.features.none"));
    field.textProperty().bindBidirectional(setup.features);
    return field;
  }

  private void add(FormRows rows, String part, NumberField field) {
    rows.row(name(part), hint(part), field);
  }

  private NumberField number(String part, double least, double most, double step, double usual,
      Property<@Nullable Double> property) {
    return number(part, name(part), least, most, step, usual, property, MoreRows::whole);
  }

  static NumberField number(String part, String name, double least, double most, double step,
      double usual, Property<@Nullable Double> property, DoubleFunction<String> format) {
    NumberField field = new NumberField(least, most, step, format);
    field.setId("train-" + part);
    field.setFallback(usual);
    field.setAccessibleText(name);
    field.value().bindBidirectional(property);
    return field;
  }

  static String whole(double value) {
    return String.valueOf(Math.round(value));
  }

  static CheckBox check(String part, String name, String hint, BooleanProperty property) {
    CheckBox box = new CheckBox(name);
    box.setId("train-" + part);
    box.setWrapText(true);
    box.setTooltip(new Tooltip(hint));
    box.selectedProperty().bindBidirectional(property);
    return box;
  }

  private String name(String part) {
    return texts.get("train." + part);
  }

  private String hint(String part) {
    return texts.get("train." + part + ".hint");
  }
}

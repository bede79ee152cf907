package io.granular.app.train;

import atlantafx.base.controls.Spacer;
import io.granular.app.control.Choice;
import io.granular.app.control.ChoiceBox;
import io.granular.app.control.FormRows;
import io.granular.app.control.NumberField;
import io.granular.app.control.PathField;
import io.granular.app.control.Segmented;
import io.granular.app.fx.Listening;
import io.granular.app.session.Session;
import io.granular.app.text.Texts;
import io.granular.app.train.Setup.Method;
import io.granular.app.train.Setup.Source;
import io.granular.app.train.Setup.Unit;
import io.granular.app.train.Setup.Which;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import javafx.beans.binding.Bindings;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.Property;
import javafx.beans.property.StringProperty;
import javafx.beans.value.ObservableValue;
import javafx.geometry.Pos;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** What to train and how: recipe, modules, method, lessons, length. */
final class SetupForm extends VBox {
  private final Setup setup;
  private final Estimating estimating;
  private final Texts texts;
  private final FormRows rows = new FormRows();
  private final Segmented<Which> which;
  private final Label counts = new Label();
  private final TextField to;

  SetupForm(Setup setup, RecipeChoice recipes, Estimating estimating, Session session,
      Texts texts) {
    super(8);
    this.setup = setup;
    this.estimating = estimating;
    this.texts = texts;
    getStyleClass().add("train-setup");
    which = segmented("which", Which.values(), setup.which);
    counts.setId("train-counts");
    counts.getStyleClass().addAll("muted", "caption");
    counts.setWrapText(true);
    counts.setMinHeight(32);
    counts.setAlignment(Pos.TOP_LEFT);
    PathField place =
        new PathField("train-to", PathField.Kind.FOLDER, name("to"), texts.get("calibrate.browse"));
    to = place.field();
    to.textProperty().bindBidirectional(setup.to);

    rows.heading(name("what"));
    rows.ownRow(name("model"), "", model(session));
    rows.ownRow(name("recipe"), hint("recipe"), recipes.menu());
    modules();
    rows.heading(name("lessons"));
    lessons();
    rows.heading(name("length"));
    length();
    rows.heading(name("learning"));
    new MoreRows(setup, texts).addTo(rows);
    rows.heading(name("to"));
    rows.wide(place);
    getChildren().setAll(rows);
    Listening.follow(this::countModules, estimating.counts(), setup.which);
    Listening.follow(this::showPlace, estimating.state());
  }

  private void modules() {
    rows.wide(which);
    TextField patterns = text("patterns", setup.patterns);
    rows.wide(patterns, is(setup.which, Which.PATTERNS));
    rows.wide(counts);
    ChoiceBox method = new ChoiceBox(id -> {
      if (id != null) {
        setup.method.set(Method.valueOf(id));
      }
    });
    method.setId("train-method");
    method.setAccessibleText(name("method"));
    List<Choice> choices = List.of(Method.values())
        .stream()
        .map(each -> new Choice(each.name(), texts.get(key("method", each)),
            texts.get(key("method", each) + ".long")))
        .toList();
    Listening.follow(() -> method.show(choices, setup.method.get().name()), setup.method);
    rows.ownRow(name("method"), hint("method"), method);
    rows.row(name("rank"), hint("rank"),
        number("rank", 1, 1024, 4, Setup.USUAL_RANK, setup.rank, MoreRows::whole),
        is(setup.method, Method.LOW_RANK));
    CheckBox everything = check("everything", setup.everything);
    rows.wide(everything, setup.method.map(
        each -> each == Method.WEIGHTS || each == Method.WEIGHTS_AND_SCALES));
  }

  private void lessons() {
    rows.wide(segmented("source", Source.values(), setup.source));
    PathField prompts = path("prompts", PathField.Kind.TEXT_FILE, setup.prompts);
    rows.wide(prompts, is(setup.source, Source.TEACHER));
    PathField pictures = path("pictures", PathField.Kind.FOLDER, setup.pictures);
    rows.wide(pictures, is(setup.source, Source.PICTURES));
  }

  private void length() {
    NumberField minutes = MoreRows.number("minutes", texts.get("train.unit.minutes"), 0.05, 10_000,
        1, Setup.USUAL_MINUTES, setup.minutes, texts.numbers()::tick);
    NumberField steps = MoreRows.number("steps", texts.get("train.unit.steps"), 1, 10_000_000, 100,
        Setup.USUAL_STEPS, setup.steps, MoreRows::whole);
    StackPane number = new StackPane(minutes, steps);
    number.setAlignment(Pos.CENTER_RIGHT);
    minutes.visibleProperty().bind(is(setup.unit, Unit.MINUTES));
    steps.visibleProperty().bind(is(setup.unit, Unit.STEPS));
    HBox row = new HBox(8, segmented("unit", Unit.values(), setup.unit), new Spacer(), number);
    row.setAlignment(Pos.CENTER_LEFT);
    rows.wide(row);
  }

  /** What can be trained of the recipe; what cannot be chosen says why. */
  private void countModules() {
    var known = estimating.counts().get();
    boolean marked = known != null && known.marked() > 0;
    ToggleButton all = which.button(Which.ALL);
    ToggleButton some = which.button(Which.MARKED);
    if (all != null && some != null) {
      all.setDisable(marked);
      some.setDisable(known != null && !marked);
    }
    if (known != null && setup.which.get() == Which.ALL && marked) {
      setup.which.set(Which.MARKED);
    } else if (known != null && setup.which.get() == Which.MARKED && !marked) {
      setup.which.set(Which.ALL);
    }
    counts.setText(known == null ? ""
        : marked
            ? texts.format("train.counts.marked", known.marked(), known.all())
            : texts.format("train.counts.all", known.all()));
  }

  private void showPlace() {
    if (estimating.state().get() instanceof EstimateState.Ready(var request, _)) {
      to.setPromptText(request.to().toString());
      to.setTooltip(new Tooltip(request.to().toString()));
    }
  }

  private Label model(Session session) {
    Label label = new Label();
    label.setId("train-model");
    label.getStyleClass().add("strong");
    label.setMinWidth(0);
    Listening.follow(() -> label.setText(session.modelName()), session.info(), session.model());
    return label;
  }

  private <E extends Enum<E>> Segmented<E> segmented(String part, E[] values,
      Property<@Nullable E> property) {
    Segmented<E> segmented = new Segmented<>(List.of(values), each -> texts.get(key(part, each)),
        each -> texts.get(key(part, each) + ".hint"));
    segmented.setId("train-" + part);
    segmented.getStyleClass().add("small");
    segmented.value().bindBidirectional(property);
    return segmented;
  }

  private NumberField number(String part, double least, double most, double step, double usual,
      Property<@Nullable Double> property, DoubleFunction<String> format) {
    return MoreRows.number(part, name(part), least, most, step, usual, property, format);
  }

  private TextField text(String part, StringProperty property) {
    TextField field = new TextField();
    field.setId("train-" + part);
    field.setPromptText(hint(part));
    field.setAccessibleText(name(part));
    field.textProperty().bindBidirectional(property);
    return field;
  }

  private PathField path(String part, PathField.Kind kind, StringProperty property) {
    PathField field =
        new PathField("train-" + part, kind, name(part), texts.get("calibrate.browse"));
    field.field().textProperty().bindBidirectional(property);
    return field;
  }

  private CheckBox check(String part, BooleanProperty property) {
    return MoreRows.check(part, name(part), hint(part), property);
  }

  private static <T> ObservableValue<Boolean> is(ObservableValue<? extends @Nullable T> value,
      T wanted) {
    return Bindings.createBooleanBinding(() -> wanted.equals(value.getValue()), value);
  }

  private String name(String part) {
    return texts.get("train." + part);
  }

  private String hint(String part) {
    return texts.get("train." + part + ".hint");
  }

  private static String key(String part, Enum<?> value) {
    return "train." + part + "."
        + value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

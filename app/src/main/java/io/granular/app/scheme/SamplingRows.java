package io.granular.app.scheme;

import io.granular.app.control.Choice;
import io.granular.app.control.ChoiceBox;
import io.granular.app.control.NumberField;
import io.granular.app.fx.Listening;
import io.granular.app.session.Sampling;
import io.granular.app.session.Session;
import io.granular.app.session.SideModel;
import io.granular.app.session.SideSettings;
import io.granular.app.text.Numbers;
import io.granular.app.text.Texts;
import io.granular.engine.studio.ModelInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.DoubleFunction;
import java.util.function.UnaryOperator;
import javafx.geometry.HPos;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import org.jspecify.annotations.Nullable;

/** Sampler, spacing, sigmas, steps, guidance and size of one side. */
final class SamplingRows extends GridPane {
  private static final List<String> SAMPLERS =
      List.of("ddim", "pndm", "euler", "euler-a", "heun", "dpmpp-2m", "unipc", "lcm");
  private static final List<String> SPACINGS = List.of("leading", "trailing", "linspace");
  private static final List<String> SIGMAS = List.of("default", "karras");

  private final SideModel side;
  private final Session session;
  private final Texts texts;
  private final ChoiceBox sampler = choice(Sampling::withSampler);
  private final ChoiceBox spacing = choice(Sampling::withSpacing);
  private final ChoiceBox sigmas = choice(Sampling::withSigmas);
  private final NumberField steps;
  private final NumberField guidance;
  private final NumberField width;
  private final NumberField height;
  private boolean updating;

  SamplingRows(SideModel side, Session session, Texts texts) {
    this.side = side;
    this.session = session;
    this.texts = texts;
    Numbers numbers = texts.numbers();
    getStyleClass().add("setting-rows");
    steps = whole(1, 200, 1, Sampling::withSteps);
    guidance = number(0, 50, 0.5, numbers::plain, Sampling::withGuidance);
    width = whole(64, 4096, 64, Sampling::withWidth);
    height = whole(64, 4096, 64, Sampling::withHeight);
    ColumnConstraints names = new ColumnConstraints();
    names.setMinWidth(USE_PREF_SIZE);
    ColumnConstraints values = new ColumnConstraints();
    values.setHgrow(Priority.ALWAYS);
    values.setHalignment(HPos.RIGHT);
    getColumnConstraints().setAll(names, values);
    steps.setId("steps-" + side.side());
    row(0, "sampler", sampler, sampler);
    row(1, "spacing", spacing, spacing);
    row(2, "sigmas", sigmas, sigmas);
    row(3, "steps", steps, steps);
    row(4, "guidance", guidance, guidance);
    Label by = new Label("×");
    by.getStyleClass().add("muted");
    HBox size = new HBox(width, by, height);
    size.setAlignment(Pos.CENTER_RIGHT);
    row(5, "size", size, width);
    height.setAccessibleText(accessible("height"));
    width.setAccessibleText(accessible("width"));
    Listening.follow(this::update, side.settings(), session.info());
  }

  private void update() {
    Sampling now = side.settings().get().sampling();
    Optional<ModelInfo.Defaults> model = Optional.ofNullable(session.info().get())
        .map(ModelInfo::defaults);
    updating = true;
    sampler.show(choices("sampler", SAMPLERS, model.map(ModelInfo.Defaults::sampler)),
        now.sampler());
    spacing.show(choices("spacing", SPACINGS, model.map(ModelInfo.Defaults::spacing)),
        now.spacing());
    sigmas.show(choices("sigmas", SIGMAS, model.map(ModelInfo.Defaults::sigmas)), now.sigmas());
    steps.value().set(toDouble(now.steps()));
    guidance.value().set(now.guidance());
    width.value().set(toDouble(now.width()));
    height.value().set(toDouble(now.height()));
    model.ifPresent(defaults -> {
      steps.setFallback(defaults.steps());
      guidance.setFallback(defaults.guidance());
      width.setFallback(defaults.width());
      height.setFallback(defaults.height());
    });
    updating = false;
  }

  private List<Choice> choices(String kind, List<String> ids, Optional<String> ofModel) {
    List<Choice> choices = new ArrayList<>();
    String inherited = ofModel.map(id -> name(kind, id, ids))
        .orElseGet(() -> texts.get("setting.of-model"));
    choices.add(new Choice(null, inherited, texts.format("setting.inherited", inherited)));
    ids.forEach(id -> choices.add(new Choice(id, name(kind, id, ids), name(kind, id, ids))));
    return choices;
  }

  private String name(String kind, String id, List<String> known) {
    return known.contains(id) ? texts.get(kind + "." + id) : id;
  }

  private ChoiceBox choice(BiFunction<Sampling, @Nullable String, Sampling> with) {
    return new ChoiceBox(id -> change(sampling -> with.apply(sampling, id)));
  }

  private NumberField whole(int min, int max, int step,
      BiFunction<Sampling, @Nullable Integer, Sampling> with) {
    return number(min, max, step, value -> String.valueOf(Math.round(value)),
        (sampling, value) -> with.apply(sampling,
            value == null ? null : (int) Math.round(value)));
  }

  private NumberField number(double min, double max, double step, DoubleFunction<String> format,
      BiFunction<Sampling, @Nullable Double, Sampling> with) {
    NumberField field = new NumberField(min, max, step, format);
    field.value().addListener((_, _, value) -> change(sampling -> with.apply(sampling, value)));
    return field;
  }

  private void change(UnaryOperator<Sampling> change) {
    if (!updating) {
      SideSettings now = side.settings().get();
      side.settings().set(now.withSampling(change.apply(now.sampling())));
    }
  }

  private void row(int row, String key, Node field, Node labelled) {
    Label name = new Label(texts.get("setting." + key));
    name.getStyleClass().add("muted");
    name.setLabelFor(labelled);
    labelled.setAccessibleText(accessible(key));
    addRow(row, name, field);
  }

  private String accessible(String key) {
    return texts.format("setting.accessible", texts.get("setting." + key), side.side().name());
  }

  private static @Nullable Double toDouble(@Nullable Integer value) {
    return value == null ? null : (double) value;
  }
}

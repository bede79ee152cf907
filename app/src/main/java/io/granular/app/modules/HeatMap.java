package io.granular.app.modules;

import io.granular.app.fx.Listening;
import io.granular.app.session.Side;
import io.granular.engine.studio.Analysis;
import io.granular.engine.studio.Analysis.ModuleScore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javafx.collections.SetChangeListener;
import javafx.geometry.Orientation;
import javafx.scene.canvas.Canvas;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollBar;
import javafx.scene.input.MouseEvent;
import javafx.scene.layout.Pane;
import javafx.scene.paint.Color;
import javafx.scene.text.Font;
import org.jspecify.annotations.Nullable;

/**
 * SQNR of every module that the search finds, at every timestep. Only the rows that can be seen are
 * drawn.
 */
final class HeatMap extends Pane {
  private static final double ROW = 14;
  private static final double NAMES = 296;
  private static final double AXIS = 20;
  private static final double BAR = 12;

  private final ModulesModel model;
  private final ModuleWords words;
  private final Canvas canvas = new Canvas();
  private final ScrollBar scroll = new ScrollBar();
  private final Label ink = new Label();
  private final Label readout = new Label();
  private List<ModuleScore> scores = List.of();
  private List<Double> timesteps = List.of();
  private SqnrScale scale = new SqnrScale(0, 1);

  /**
   * @param chosen hears the module that was clicked
   */
  HeatMap(ModulesModel model, ModuleWords words, Consumer<String> chosen) {
    this.model = model;
    this.words = words;
    setId("heat-map");
    getStyleClass().add("heat-map");
    ink.setVisible(false);
    readout.setId("heat-readout");
    readout.getStyleClass().addAll("muted", "caption");
    scroll.setOrientation(Orientation.VERTICAL);
    scroll.setAccessibleText(words.texts().get("heat.scroll"));
    scroll.setUnitIncrement(ROW * 3);
    getChildren().addAll(canvas, scroll, ink);
    setOnScroll(event -> scroll.setValue(
        Math.clamp(scroll.getValue() - event.getDeltaY(), 0.0, scroll.getMax())));
    setOnMouseMoved(this::point);
    setOnMouseExited(_ -> readout.setText(""));
    setOnMouseClicked(event -> {
      ModuleScore score = at(event.getY());
      if (score != null) {
        chosen.accept(score.module());
      }
    });
    for (Side side : Side.values()) {
      Listening.onChange(this::fill, model.session().side(side).analysis());
    }
    Listening.follow(this::fill, model.rows(), model.search(), model.side());
    model.filters().addListener((SetChangeListener<ModuleFilter>) _ -> fill());
    Listening.onChange(this::draw, scroll.valueProperty(), ink.textFillProperty());
  }

  /** What is under the mouse, to be shown beside the legend. */
  Label readout() {
    return readout;
  }

  private void fill() {
    Analysis analysis = model.analysis();
    if (analysis == null) {
      scores = List.of();
      return;
    }
    Map<String, ModuleScore> byName = new HashMap<>();
    analysis.modules().forEach(score -> byName.put(score.module(), score));
    ModuleQuery query = ModuleQuery.of(model.search().get(), model.filters());
    List<ModuleScore> shown = new ArrayList<>();
    model.rows().get().forEach(row -> row.forEachModule(module -> {
      ModuleScore score = byName.get(module.path());
      if (score != null && score.sqnrDb().length > 0 && query.accepts(module, words)) {
        shown.add(score);
      }
    }));
    scores = shown;
    timesteps = analysis.timesteps();
    scale = SqnrScale.of(analysis);
    requestLayout();
  }

  @Override
  protected void layoutChildren() {
    double height = getHeight();
    canvas.setWidth(Math.max(0, getWidth() - BAR));
    canvas.setHeight(height);
    scroll.resizeRelocate(getWidth() - BAR, 0, BAR, height);
    double beyond = Math.max(0, scores.size() * ROW - (height - AXIS));
    scroll.setMax(beyond);
    scroll.setVisibleAmount(beyond * (height - AXIS) / Math.max(1, scores.size() * ROW));
    scroll.setValue(Math.min(scroll.getValue(), beyond));
    scroll.setVisible(beyond > 0);
    draw();
  }

  private void draw() {
    GraphicsContext pen = canvas.getGraphicsContext2D();
    pen.clearRect(0, 0, canvas.getWidth(), canvas.getHeight());
    if (scores.isEmpty()) {
      return;
    }
    pen.setFont(Font.font(ink.getFont().getFamily(), 11));
    int first = (int) (scroll.getValue() / ROW);
    double width = canvas.getWidth() - NAMES - 8;
    for (int i = first; i < scores.size(); i++) {
      double y = AXIS + i * ROW - scroll.getValue();
      if (y > canvas.getHeight()) {
        break;
      }
      if (y >= AXIS - ROW / 2) {
        row(pen, scores.get(i), y, width);
      }
    }
    axis(pen, width);
  }

  private void row(GraphicsContext pen, ModuleScore score, double y, double width) {
    pen.setFill(ink.getTextFill());
    pen.fillText(shortened(score.module()), 12, y + 11);
    double[] values = score.sqnrDb();
    for (int t = 0; t < values.length; t++) {
      int argb = scale.argb(values[t]);
      pen.setFill(Color.rgb(argb >> 16 & 255, argb >> 8 & 255, argb & 255));
      double from = Math.rint(width * t / values.length);
      double to = Math.rint(width * (t + 1) / values.length);
      pen.fillRect(NAMES + from, y + 1, to - from - 1, ROW - 2);
    }
  }

  private void axis(GraphicsContext pen, double width) {
    pen.clearRect(0, 0, canvas.getWidth(), AXIS);
    pen.setFill(ink.getTextFill());
    pen.fillText(words.texts().get("heat.timestep"), 12, 13);
    int steps = timesteps.size();
    int every = Math.max(1, (int) Math.ceil(steps * 40 / Math.max(1, width)));
    for (int t = 0; t < steps; t += every) {
      pen.fillText(words.numbers().fixed(timesteps.get(t), 0), NAMES + width * t / steps, 13);
    }
  }

  private void point(MouseEvent event) {
    ModuleScore score = at(event.getY());
    double width = canvas.getWidth() - NAMES - 8;
    int t = (int) Math.floor((event.getX() - NAMES) / width * timesteps.size());
    boolean inside = score != null && t >= 0 && t < score.sqnrDb().length;
    readout.setText(score == null ? ""
        : inside
            ? words.texts()
                .format("heat.readout", score.module(), words.numbers().plain(timesteps.get(t)),
                    words.numbers().fixed(score.sqnrDb()[t], 1))
            : score.module());
  }

  private @Nullable ModuleScore at(double y) {
    int row = (int) Math.floor((y - AXIS + scroll.getValue()) / ROW);
    return y < AXIS || row < 0 || row >= scores.size() ? null : scores.get(row);
  }

  /** The end of a long name tells more than its beginning. */
  private static String shortened(String name) {
    int most = 46;
    return name.length() <= most ? name
        : "…" + name.substring(name.indexOf('.', name.length() - most) + 1);
  }
}

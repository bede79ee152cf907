package io.granular.app.compare;

import io.granular.app.fx.Listening;
import io.granular.app.session.SideModel;
import io.granular.app.text.Texts;
import io.granular.engine.studio.Analysis;
import io.granular.engine.studio.Analysis.ModuleScore;
import java.util.Comparator;
import java.util.List;
import javafx.beans.property.IntegerProperty;
import javafx.geometry.Pos;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.VBox;

/**
 * The layers that contribute most to the divergence at a step, from B's analysis: those whose output
 * is noisiest there, or where that was not measured those whose restoring gains most. Shown after a
 * click on the curve, until another step is chosen elsewhere.
 */
final class Contributors extends VBox {
  private static final int MOST = 3;
  private static final double WIDTH = 232;

  private final SideModel side;
  private final IntegerProperty step;
  private final Texts texts;
  private int shownStep = -1;

  Contributors(SideModel side, IntegerProperty step, Texts texts) {
    super(2);
    this.side = side;
    this.step = step;
    this.texts = texts;
    getStyleClass().add("contributors");
    setAlignment(Pos.CENTER_LEFT);
    setMinWidth(WIDTH);
    setPrefWidth(WIDTH);
    managedProperty().bind(visibleProperty());
    setVisible(false);
    Listening.onChange(() -> {
      if (step.get() != shownStep) {
        setVisible(false);
      }
    }, step);
    Listening.onChange(() -> setVisible(false), side.analysis());
  }

  /** Names them for the step that is shown. */
  void show(int steps) {
    Analysis analysis = side.analysis().get();
    if (analysis == null) {
      return;
    }
    shownStep = step.get();
    Label title = new Label(texts.format("steps.blame", shownStep));
    title.getStyleClass().add("heading");
    getChildren().setAll(title);
    for (String module : most(analysis, shownStep, steps)) {
      Label name = new Label(shortened(module));
      name.setTooltip(new Tooltip(module));
      getChildren().add(name);
    }
    setVisible(true);
  }

  /** Full names, the largest contributor first. */
  static List<String> most(Analysis analysis, int step, int steps) {
    int at = nearest(analysis.timesteps().size(), step, steps);
    Comparator<ModuleScore> order = analysis.modules()
        .stream()
        .anyMatch(score -> score.sqnrDb().length > at)
            ? Comparator.comparingDouble(score -> sqnr(score, at))
            : Comparator.comparingDouble(score -> -known(score.blame()));
    return analysis.modules()
        .stream()
        .sorted(order)
        .limit(MOST)
        .map(ModuleScore::module)
        .toList();
  }

  /** Timesteps are in the order of the run and evenly spaced, so a step has a nearest one. */
  private static int nearest(int timesteps, int step, int steps) {
    return timesteps < 2 || steps < 2
        ? 0
        : (int) Math.round((double) (step - 1) / (steps - 1) * (timesteps - 1));
  }

  private static double sqnr(ModuleScore score, int at) {
    return score.sqnrDb().length > at ? score.sqnrDb()[at] : Double.POSITIVE_INFINITY;
  }

  private static double known(double value) {
    return Double.isNaN(value) ? 0 : value;
  }

  /** The end of a long name tells more than its beginning. */
  private static String shortened(String name) {
    String[] parts = name.split("\\.", -1);
    return parts.length <= 4
        ? name
        : "…" + String.join(".", List.of(parts).subList(parts.length - 4, parts.length));
  }
}

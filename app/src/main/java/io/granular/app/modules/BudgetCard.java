package io.granular.app.modules;

import io.granular.app.control.Segmented;
import io.granular.app.fx.Background;
import io.granular.app.fx.Latest;
import io.granular.app.fx.Listening;
import io.granular.app.modules.BudgetSource.Answer;
import io.granular.app.modules.BudgetSource.Goal;
import io.granular.app.session.Side;
import io.granular.app.text.Texts;
import io.granular.engine.studio.Analysis;
import io.granular.engine.studio.Analysis.ModuleScore;
import io.granular.engine.studio.PlanSummary;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.Slider;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** Smallest within an error, or best within so many bytes: a slider, and a recipe as the answer. */
final class BudgetCard extends VBox {
  private enum Kind {
    SMALLEST, BEST
  }

  /** Of the bytes that the model has as stored. */
  private static final double LEAST_SHARE = 0.1;

  private final ModulesModel model;
  private final BudgetSource source;
  private final Latest latest;
  private final Texts texts;
  private final Segmented<Kind> kind;
  private final Slider slider = new Slider(0, 1, 0.5);
  private final Label goal = new Label();
  private final Label answer = new Label();
  private final Button use = new Button();
  private @Nullable Answer found;

  BudgetCard(ModulesModel model, BudgetSource source, Background background, Texts texts) {
    super(8);
    this.model = model;
    this.source = source;
    this.texts = texts;
    latest = new Latest(background);
    setId("budget");
    getStyleClass().add("budget");
    Label heading = new Label(texts.get("budget.title"));
    heading.getStyleClass().add("heading");
    kind = new Segmented<>(List.of(Kind.values()), each -> texts.get(key(each)),
        each -> texts.get(key(each) + ".hint"));
    kind.getStyleClass().add("small");
    kind.value().set(Kind.SMALLEST);
    slider.setId("budget-slider");
    slider.getStyleClass().add("small");
    slider.setAccessibleText(texts.get("budget.slider"));
    slider.setBlockIncrement(0.05);
    goal.setId("budget-goal");
    goal.getStyleClass().add("strong");
    answer.setId("budget-answer");
    answer.getStyleClass().addAll("muted", "caption");
    answer.setWrapText(true);
    answer.setMinHeight(USE_PREF_SIZE);
    use.setText(texts.get("budget.use"));
    use.setId("budget-use");
    use.getStyleClass().add("small");
    use.setOnAction(_ -> {
      if (found != null) {
        model.editor().use(found.recipe());
      }
    });
    getChildren().addAll(heading, kind, slider, goal, answer, use);
    managedProperty().bind(visibleProperty());
    for (Side side : Side.values()) {
      Listening.onChange(this::solve, model.session().side(side).analysis());
    }
    Listening.follow(this::solve, kind.value(), slider.valueProperty(), model.side());
    Listening.onChange(() -> {
      if (found == null) {
        solve();
      }
    }, model.plan());
  }

  private static String key(Kind kind) {
    return switch (kind) {
      case SMALLEST -> "budget.smallest";
      case BEST -> "budget.best";
    };
  }

  private void solve() {
    Analysis analysis = model.analysis();
    PlanSummary plan = model.plan().get();
    setVisible(analysis != null && plan != null);
    found = null;
    use.setDisable(true);
    if (analysis == null || plan == null) {
      return;
    }
    Goal wanted = goal(analysis, plan);
    goal.setText(switch (wanted) {
      case Goal.Smallest(double error) ->
        texts.format("budget.error", texts.numbers().scientific(error));
      case Goal.Best(long bytes) -> texts.format("budget.bytes", texts.numbers().bytes(bytes));
    });
    answer.setText(texts.get("budget.solving"));
    String opened = model.session().model().get();
    latest.submit(() -> source.solve(opened, analysis, wanted), this::show, problem -> answer
        .setText(Objects.requireNonNullElse(problem.getMessage(), problem.toString())));
  }

  private void show(Answer solved) {
    found = solved;
    use.setDisable(false);
    answer.setText(texts.format("budget.answer", texts.numbers().bytes(solved.bytes()),
        texts.numbers().scientific(solved.error())));
  }

  /** Errors span powers of ten: from the least sensitive module alone to all of them together. */
  private Goal goal(Analysis analysis, PlanSummary plan) {
    double share = slider.getValue();
    if (kind.value().get() == Kind.BEST) {
      return new Goal.Best(
          Math.round(plan.bytesBefore() * (LEAST_SHARE + share * (1 - LEAST_SHARE))));
    }
    double[] errors = analysis.modules()
        .stream()
        .mapToDouble(ModuleScore::sensitivity)
        .filter(error -> error > 0)
        .sorted()
        .toArray();
    if (errors.length == 0) {
      return new Goal.Smallest(0);
    }
    double low = Math.log10(errors[0]);
    double high = Math.log10(Arrays.stream(errors).sum());
    return new Goal.Smallest(Math.pow(10, low + share * (high - low)));
  }
}

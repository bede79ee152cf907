package io.granular.app.modules;

import io.granular.app.control.Icons;
import io.granular.app.control.Segmented;
import io.granular.app.fx.Listening;
import io.granular.app.jobs.WorkBar;
import io.granular.app.modules.BudgetModel.Goal;
import io.granular.app.modules.BudgetModel.Ready;
import io.granular.app.text.Numbers;
import io.granular.app.text.Texts;
import io.granular.engine.studio.BudgetAnswer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.Slider;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;

/** Smallest within an error, or best within so many bytes: a slider, and a recipe as the answer. */
final class BudgetCard extends VBox {
  private enum Kind {
    SMALLEST, BEST
  }

  private final ModulesModel model;
  private final BudgetModel budget;
  private final Texts texts;
  private final Numbers numbers;
  private final Segmented<Kind> kind;
  /** Folded, it leaves its room to what is selected. */
  private final BooleanProperty open = new SimpleBooleanProperty(true);
  private final Slider slider = new Slider(0, 1, 0.5);
  private final BudgetCurve curve;
  private final Label goal = new Label();
  private final Label answer = caption("budget-answer");
  private final Label picks = caption("budget-picks");
  private final Button use = new Button();

  BudgetCard(ModulesModel model, BudgetModel budget, Texts texts) {
    super(8);
    this.model = model;
    this.budget = budget;
    this.texts = texts;
    numbers = texts.numbers();
    setId("budget");
    getStyleClass().add("budget");
    Button fold = new Button(texts.get("budget.title"));
    fold.setId("budget-fold");
    fold.getStyleClass().addAll("flat", "heading", "fold");
    fold.setMaxWidth(Double.MAX_VALUE);
    fold.setOnAction(_ -> open.set(!open.get()));
    fold.graphicProperty()
        .bind(open.map(is -> Icons.of(is ? Feather.CHEVRON_DOWN : Feather.CHEVRON_RIGHT)));
    kind = new Segmented<>(List.of(Kind.values()), each -> texts.get(key(each)),
        each -> texts.get(key(each) + ".hint"));
    kind.getStyleClass().add("small");
    kind.value().set(Kind.BEST);
    curve = new BudgetCurve(texts);
    slider.setId("budget-slider");
    slider.getStyleClass().add("small");
    slider.setAccessibleText(texts.get("budget.slider"));
    slider.setBlockIncrement(0.05);
    goal.setId("budget-goal");
    goal.getStyleClass().add("strong");
    use.setText(texts.get("budget.use"));
    use.setId("budget-use");
    use.getStyleClass().add("small");
    use.setOnAction(_ -> use());
    VBox solved = new VBox(8, kind, curve, slider, goal, answer, picks, use);
    getChildren().addAll(fold, unmeasured(), solved);
    solved.visibleProperty().bind(budget.ready().isNotNull().and(open));
    solved.managedProperty().bind(solved.visibleProperty());
    Listening.follow(this::solve, kind.value(), slider.valueProperty(), budget.ready());
    Listening.follow(this::show, budget.answer(), budget.problem());
  }

  /** What there is before the candidates are measured. */
  private VBox unmeasured() {
    Label hint = caption("budget-hint");
    hint.setText(texts.get("budget.hint"));
    Button measure = new Button(texts.get("budget.measure"), Icons.of(Feather.BAR_CHART_2));
    measure.setId("budget-measure");
    measure.getStyleClass().add("small");
    measure.setMinWidth(USE_PREF_SIZE);
    measure.setOnAction(_ -> budget.measure());
    measure.visibleProperty().bind(budget.work().running().not());
    measure.managedProperty().bind(measure.visibleProperty());
    VBox box = new VBox(8, hint, measure, new WorkBar(budget.work(), "budget-cancel",
        texts.get("budget.progress"), texts));
    box.visibleProperty().bind(budget.ready().isNull().and(open));
    box.managedProperty().bind(box.visibleProperty());
    return box;
  }

  private static String key(Kind kind) {
    return switch (kind) {
      case SMALLEST -> "budget.smallest";
      case BEST -> "budget.best";
    };
  }

  private void solve() {
    Ready ready = budget.ready().get();
    if (ready == null) {
      return;
    }
    Goal wanted = goal(ready);
    goal.setText(switch (wanted) {
      case Goal.Smallest(double error) ->
        texts.format("budget.error", percent(error / ready.measured().signal()));
      case Goal.Best(long bytes) -> texts.format("budget.bytes", numbers.bytes(bytes));
    });
    budget.solve(wanted);
  }

  /** From the smallest recipe to the best one; errors span powers of ten. */
  private Goal goal(Ready ready) {
    double share = slider.getValue();
    BudgetAnswer best = ready.best();
    BudgetAnswer smallest = ready.smallest();
    if (kind.value().get() == Kind.BEST) {
      return new Goal.Best(
          smallest.bytes() + Math.round(share * (best.bytes() - smallest.bytes())));
    }
    // The largest error is where the smallest recipe is, at the slider's left end too.
    double low = Math.log(Math.max(best.error(), Double.MIN_NORMAL));
    double high = Math.log(Math.max(smallest.error(), Double.MIN_NORMAL));
    double error = share >= 1 ? best.error()
        : share <= 0 ? smallest.error() : Math.exp(high + share * (low - high));
    return new Goal.Smallest(error);
  }

  private void show() {
    Ready ready = budget.ready().get();
    BudgetAnswer found = budget.answer().get();
    use.setDisable(found == null);
    if (found == null || ready == null) {
      answer.setText(budget.problem().get());
      picks.setText("");
      curve.mark(null);
      return;
    }
    curve.show(ready);
    curve.mark(found);
    answer.setText(texts.format("budget.answer", numbers.bytes(found.bytes()),
        percent(found.error() / ready.measured().signal())));
    Map<String, Integer> counts = new LinkedHashMap<>();
    ready.measured().candidates().forEach(candidate -> counts.put(candidate.name(), 0));
    found.picks().forEach(pick -> counts.merge(pick.candidate(), 1, Integer::sum));
    picks.setText(texts.format("budget.picks", counts.entrySet()
        .stream()
        .filter(count -> count.getValue() > 0)
        .map(count -> count.getKey() + "\u00a0×" + count.getValue())
        .collect(Collectors.joining(" · "))));
  }

  private void use() {
    BudgetAnswer found = budget.answer().get();
    if (found != null) {
      model.editor()
          .use(found.recipe(), texts.format("budget.recipe", numbers.bytes(found.bytes())));
    }
  }

  private String percent(double share) {
    return numbers.percent(share);
  }

  private static Label caption(String id) {
    Label label = new Label();
    label.setId(id);
    label.getStyleClass().addAll("muted", "caption");
    label.setWrapText(true);
    label.setMinHeight(USE_PREF_SIZE);
    label.managedProperty().bind(label.textProperty().isNotEmpty());
    return label;
  }
}

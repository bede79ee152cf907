package io.granular.app.scheme;

import atlantafx.base.controls.Spacer;
import io.granular.app.control.StatTile;
import io.granular.app.control.StatTile.Tone;
import io.granular.app.fx.Listening;
import io.granular.app.session.PlanState;
import io.granular.app.session.Session;
import io.granular.app.session.Side;
import io.granular.app.session.SideModel;
import io.granular.app.session.SideRun;
import io.granular.app.text.Numbers;
import io.granular.app.text.Texts;
import io.granular.engine.run.RunResult;
import io.granular.engine.studio.PlanSummary;
import java.util.function.ToDoubleFunction;
import javafx.geometry.Pos;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/**
 * What a side costs: estimated before it has run, measured afterwards. B's measured numbers are
 * told against A's.
 */
final class CostTiles extends VBox {
  private final Session session;
  private final SideModel side;
  private final Texts texts;
  private final Numbers numbers;
  private final Label heading = new Label();
  private final Label state = new Label();
  private final StatTile weights = new StatTile();
  private final StatTile peak = new StatTile();
  private final StatTile time = new StatTile();

  CostTiles(SideModel side, Session session, Texts texts) {
    this.side = side;
    this.session = session;
    this.texts = texts;
    numbers = texts.numbers();
    getStyleClass().add("cost");
    heading.getStyleClass().add("heading");
    state.getStyleClass().add("stale");
    HBox line = new HBox(heading, new Spacer(), state);
    line.setAlignment(Pos.CENTER_LEFT);
    getChildren().addAll(line, new HBox(8, weights, peak, time));
    SideModel reference = session.side(Side.A);
    Listening.follow(this::update, side.plan(), side.shown(), side.settings(), reference.shown(),
        session.prompt(), session.negative(), session.seed(), session.model(), session.threads());
  }

  private void update() {
    SideRun run = side.shown().get();
    if (run == null) {
      estimate();
    } else {
      measured(run);
    }
  }

  private void estimate() {
    state.setText("");
    heading.setText(texts.get("cost.estimated"));
    PlanState state = side.plan().get();
    PlanSummary plan = state instanceof PlanState.Ready(var ready) ? ready : null;
    weights.show(plan == null ? "–" : numbers.bytes(plan.weights() + plan.scales()),
        texts.get("cost.weights"), Tone.NEUTRAL,
        plan == null ? ""
            : texts.format("cost.weights.plan", numbers.whole(plan.weights()),
                numbers.whole(plan.scales()), numbers.bytes(plan.bytesBefore())));
    peak.show(plan == null ? "–" : numbers.bytes(plan.estimatedPeakRss()),
        texts.get("cost.peak"), Tone.NEUTRAL, texts.get("cost.peak.plan"));
    time.show("–", texts.get("cost.time"), Tone.NEUTRAL, texts.get("cost.time.unknown"));
  }

  private void measured(SideRun run) {
    SideRun reference = side.side() == Side.A ? null : session.side(Side.A).shown().get();
    RunResult result = run.result();
    heading.setText(texts.get("cost.measured"));
    state.setText(session.upToDate(side.side()) ? "" : texts.get("cost.stale"));
    long bytes = result.bytes().total();
    long rss = result.memory().peakRss();
    double seconds = run.generationSeconds();
    Ratio size = ratio(reference, of -> (double) of.result().bytes().total(), run);
    Ratio speed = ratio(reference, SideRun::generationSeconds, run);
    Ratio memory = ratio(reference, of -> (double) of.result().memory().peakRss(), run);
    weights.show(numbers.bytes(bytes), caption(size, "smaller", "larger", "cost.weights"),
        size.tone(), texts.format("cost.weights.measured", numbers.whole(result.bytes().weights()),
            numbers.whole(result.bytes().scales())));
    peak.show(numbers.bytes(rss),
        texts.format("cost.peak.estimate", numbers.bytes(result.memory().estimatedPeakRss())),
        memory.tone(), texts.format("cost.peak.measured",
            caption(memory, "smaller", "larger", "cost.peak"),
            numbers.bytes(result.memory().baselineRss()), numbers.bytes(result.memory().weights()),
            numbers.bytes(result.memory().scales()),
            numbers.bytes(result.memory().activationsPeak())));
    int steps = result.seconds().steps().size();
    time.show(numbers.seconds(seconds), reference == null
        ? texts.format("cost.steps", steps)
        : caption(speed, "faster", "slower", "cost.time"), speed.tone(), times(result, steps));
  }

  private static Ratio ratio(@Nullable SideRun reference, ToDoubleFunction<SideRun> cost,
      SideRun run) {
    return reference == null
        ? Ratio.UNKNOWN
        : Ratio.of(cost.applyAsDouble(reference), cost.applyAsDouble(run));
  }

  private String times(RunResult result, int steps) {
    RunResult.Seconds seconds = result.seconds();
    double perStep = seconds.steps().stream().mapToDouble(Double::doubleValue).average().orElse(0);
    return texts.format(seconds.reused() ? "cost.time.reused" : "cost.time.measured",
        numbers.seconds(seconds.load()),
        numbers.seconds(seconds.quantize()), numbers.seconds(seconds.text()), steps,
        numbers.seconds(perStep), numbers.seconds(seconds.vae()), numbers.seconds(seconds.total()));
  }

  private String caption(Ratio ratio, String better, String worse, String otherwise) {
    return switch (ratio.tone()) {
      case BETTER -> texts.format("cost." + better, numbers.times(ratio.factor()));
      case WORSE -> texts.format("cost." + worse, numbers.times(ratio.factor()));
      case NEUTRAL -> texts.get(ratio.known() ? "cost.same" : otherwise);
    };
  }
}

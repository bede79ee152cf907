package io.granular.app.train;

import io.granular.app.text.Numbers;
import io.granular.app.text.Texts;
import io.granular.engine.train.Objective;
import io.granular.engine.train.TrainingRequest;
import java.math.BigDecimal;
import java.math.MathContext;

/** Losses, rates and requests as a person reads them. */
final class TrainWords {
  private final Texts texts;
  private final Numbers numbers;

  TrainWords(Texts texts) {
    this.texts = texts;
    numbers = texts.numbers();
  }

  /** Three significant figures: {@code 0.0140}, {@code 2.31e-5}; a dash for NaN. */
  String loss(double loss) {
    if (!Double.isFinite(loss)) {
      return "–";
    }
    if (loss != 0 && Math.abs(loss) < 1e-3) {
      return rate(loss);
    }
    int places = loss == 0 ? 0 : Math.clamp(2 - (int) Math.floor(Math.log10(Math.abs(loss))), 0, 6);
    return numbers.fixed(loss, places);
  }

  /** A power of ten without superfluous digits: {@code 1e-4}, {@code 2.5e-5}; large ones plain. */
  String rate(double rate) {
    if (!(Math.abs(rate) > 0) || Math.abs(rate) >= 0.01 || !Double.isFinite(rate)) {
      return Double.isFinite(rate) ? numbers.tick(rate) : "–";
    }
    BigDecimal rounded = new BigDecimal(rate, new MathContext(3)).stripTrailingZeros();
    int power = rounded.precision() - rounded.scale() - 1;
    return numbers.tick(rounded.movePointLeft(power).doubleValue()) + "e" + power;
  }

  /** {@code 0.0140 → 0.0036, 74 % less}. */
  String gain(double before, double after) {
    return loss(before) + " → " + loss(after) + ", " + change(before, after);
  }

  /** {@code 74 % less}; how much more if it got worse. */
  String change(double before, double after) {
    if (!(before > 0) || !Double.isFinite(after)) {
      return "–";
    }
    double share = after / before - 1;
    return texts.format(share <= 0 ? "train.less" : "train.more",
        numbers.percent(Math.abs(share)));
  }

  /** How long, how fast, from what. */
  String facts(TrainingRequest request) {
    Double minutes = request.length().minutes();
    Integer steps = request.length().steps();
    String length = minutes != null ? texts.format("train.minutes", numbers.plain(minutes))
        : texts.format("train.steps", numbers.whole(steps == null ? 0 : steps));
    String lessons = switch (request.objective()) {
      case Objective.Distillation _ -> texts.get("train.source.teacher");
      case Objective.NoisePrediction(var data, _) -> String.valueOf(data.getFileName());
    };
    return texts.format("train.facts", length, rate(request.learning().rate()),
        request.learning().batch(), lessons);
  }
}

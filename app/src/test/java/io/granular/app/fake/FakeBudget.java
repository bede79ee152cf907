package io.granular.app.fake;

import io.granular.engine.studio.BudgetAnswer;
import io.granular.engine.studio.BudgetAnswer.Pick;
import io.granular.engine.studio.BudgetSolver;
import io.granular.engine.studio.EngineException;
import io.granular.engine.studio.Sensitivities;
import io.granular.engine.studio.Sensitivities.Candidate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Error falls to a tenth with every 8 MB, and recipes are of 4 bits below the middle. */
final class FakeBudget implements BudgetSolver {
  static final Sensitivities MEASURED = new Sensitivities("demo", null, null, "prediction", 0.5,
      List.of(candidate("bf16"), candidate("w8"), candidate("w4-g32")));
  private static final long LEAST = 18_000_000;
  private static final long MOST = 46_000_000;

  private final List<Long> asked = Collections.synchronizedList(new ArrayList<>());

  private static Candidate candidate(String name) {
    return new Candidate(name, "{}", Map.of("unet.mid_block.resnets.0",
        List.of("unet.mid_block.resnets.0.conv1")), 1e-6, 1e-3,
        Map.of("unet.mid_block.resnets.0", 1e-3));
  }

  /** Sizes that were solved for. */
  List<Long> asked() {
    return List.copyOf(asked);
  }

  @Override
  public BudgetAnswer within(long bytes) {
    if (bytes < LEAST) {
      throw new EngineException("Even with the smallest candidates this needs " + LEAST + ".");
    }
    asked.add(bytes);
    return answer(Math.min(bytes, MOST));
  }

  @Override
  public BudgetAnswer atMost(double error) {
    double steps = Math.log10(5e-3 / Math.min(error, 5e-3));
    return answer(Math.min(MOST, LEAST + Math.round(steps * 8e6)));
  }

  private static BudgetAnswer answer(long bytes) {
    int bits = bytes < (LEAST + MOST) / 2 ? 4 : 8;
    double error = 5e-3 * Math.pow(10, -(bytes - LEAST) / 8e6);
    List<Pick> picks = new ArrayList<>();
    for (int i = 0; i < 22; i++) {
      picks.add(new Pick("unit " + i, i % 3 == 0 ? "w4-g32" : "w8", bytes / 22, error / 22));
    }
    return new BudgetAnswer("""
        {"version": 1, "name": "Budget of bf16, w8, w4-g32", "rules": [
          {"match": "unet.**", "weights": {"bits": %d, "granularity": "per_axis"}},
          {"match": "**", "keep": "bf16"}]}""".formatted(bits), bytes, error, true, picks);
  }
}

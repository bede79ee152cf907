package io.granular.engine.studio.local;

import io.granular.engine.calibrate.Calibration;
import io.granular.engine.lower.Kernel;
import io.granular.engine.network.Parameter;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.plan.Decision;
import io.granular.engine.plan.PeakEstimate;
import io.granular.engine.plan.Plan;
import io.granular.engine.plan.RunShape;
import io.granular.engine.run.RunRequest;
import io.granular.engine.store.ModelSource;
import io.granular.engine.studio.PlanSummary;
import io.granular.engine.studio.PlanSummary.ModulePlan;
import io.granular.engine.studio.PlanSummary.TensorPlan;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A plan in the facade's words. */
final class PlanDescription {
  private PlanDescription() {}

  /**
   * @param usual a request filled in by the model alone, for the estimate
   * @param baseline bytes resident in a started worker
   * @param calibrated where the ranges of static schemes come from; null if nothing was calibrated
   */
  static PlanSummary of(String model, Plan plan, ModelSource source, PipelineGraphs graphs,
      RunRequest usual, long baseline, Calibration.@Nullable Provenance calibrated) {
    Plan run = plan.textToImage();
    Kernel.Cost cost = run.cost();
    RunShape shape = new RunShape(Objects.requireNonNull(usual.width()),
        Objects.requireNonNull(usual.height()), Objects.requireNonNull(usual.guidance()) > 1,
        source.tokenizer("text_encoder").maxLength());
    return new PlanSummary(model, plan.recipe().name(),
        plan.modules().stream().map(PlanDescription::module).toList(), run.bytesBefore(),
        cost.weights(), cost.scales(), PeakEstimate.of(plan, graphs, shape, baseline).total(),
        run.kernelCounts(), ranges(plan, calibrated));
  }

  private static PlanSummary.@Nullable Ranges ranges(Plan plan,
      Calibration.@Nullable Provenance calibrated) {
    int layers = (int) plan.modules()
        .stream()
        .filter(m -> m.decision() instanceof Decision.Quantized(var scheme)
            && RangeSurvey.staticScheme(scheme) != null)
        .count();
    return layers == 0 ? null
        : new PlanSummary.Ranges(layers, layers - plan.uncalibrated().size(),
            calibrated == null ? 0 : calibrated.samples(),
            calibrated == null ? "" : calibrated.source());
  }

  private static ModulePlan module(io.granular.engine.plan.ModulePlan m) {
    String reason = m.note().isEmpty() ? m.reason() : m.reason() + "; " + m.note();
    return new ModulePlan(m.name(), m.kind(), m.decision().word(), m.decision().text(), reason,
        m.kernelId(), m.simulated(), m.bytesBefore(), m.cost().total(),
        m.op().parameters().getFirst().shape(),
        m.op().parameters().stream().mapToLong(Parameter::elements).sum(), m.rule().orElse(-1),
        m.tensors().stream().map(PlanDescription::tensor).toList());
  }

  private static TensorPlan tensor(io.granular.engine.plan.TensorPlan t) {
    return new TensorPlan(t.name(), t.decision().word(), t.decision().text(), t.reason(),
        t.kernel(), t.simulated(), t.bytesBefore(), t.bytesAfter());
  }
}

package io.granular.app.session;

import io.granular.engine.studio.PlanSummary;

/** What is known about the cost of a side before it runs. */
public sealed interface PlanState {
  /** It is being worked out. */
  record Pending() implements PlanState {}

  /** The plan is there. */
  record Ready(PlanSummary plan) implements PlanState {}

  /** The recipe cannot be applied to the model. */
  record Failed(String message) implements PlanState {}
}

package io.granular.engine.run;

import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.store.ModelSource;

/** What a request means to a model, known before anything is run. */
public final class RequestDefaults {
  private RequestDefaults() {}

  /**
   * The request with every null replaced by the value that a run would use.
   *
   * @throws IllegalArgumentException if a value cannot be used with this model
   */
  public static RunRequest fill(RunRequest request, ModelSource model, PipelineGraphs graphs) {
    return RunSettings.of(request, model, graphs).filled(request);
  }
}

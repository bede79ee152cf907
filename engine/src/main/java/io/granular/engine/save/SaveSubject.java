package io.granular.engine.save;

import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.plan.Plan;
import io.granular.engine.store.ModelSource;

/**
 * What is saved.
 *
 * @param model where it comes from
 * @param graphs its networks
 * @param plan what happens to them, the autoencoder's encoder included
 * @param options choices that some formats have
 */
public record SaveSubject(ModelSource model, PipelineGraphs graphs, Plan plan,
    SaveOptions options) {}

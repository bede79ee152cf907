package io.granular.engine.run;

import io.granular.engine.lower.Evaluation;
import io.granular.engine.lower.StatisticsSource;
import io.granular.engine.store.ModelSource;
import io.granular.engine.torch.Torch;
import java.util.function.Supplier;

/** What the stages of one run take from a pipeline that may be packed already. */
final class StageNetworks {
  private final LoadedPipeline pipeline;
  private final PipelineCache cache;
  private final ModelSource model;
  private final Supplier<InputStatistics> statistics;

  /** @param statistics opened if the U-Net has to be packed */
  StageNetworks(LoadedPipeline pipeline, PipelineCache cache, ModelSource model,
      Supplier<InputStatistics> statistics) {
    this.pipeline = pipeline;
    this.cache = cache;
    this.model = model;
    this.statistics = statistics;
  }

  LoadedPipeline pipeline() {
    return pipeline;
  }

  PipelineCache cache() {
    return cache;
  }

  TextStage text(Torch torch) {
    return pipeline.text(torch, model);
  }

  Evaluation unet() {
    if (pipeline.hasUnet()) {
      return pipeline.unet(model, StatisticsSource.NONE);
    }
    try (InputStatistics inputs = statistics.get()) {
      Evaluation unet = pipeline.unet(model, inputs);
      cache.packed();
      return unet;
    }
  }

  LatentDecoder decoder(Torch torch) {
    return pipeline.decoder(torch, model);
  }
}

package io.granular.engine.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The sampler settings the published pipeline of each family comes with; no checkpoint has any. */
final class CheckpointScheduler {
  private static final String SHARED =
      """
          {"beta_end": 0.012, "beta_schedule": "scaled_linear", "beta_start": 0.00085,
           "num_train_timesteps": 1000, "steps_offset": 1, "timestep_spacing": "leading",
           "trained_betas": null}""";

  private CheckpointScheduler() {}

  static ObjectNode config(Path file, Family family, CheckpointPrediction prediction) {
    ObjectNode json = ModelJson.parse(file, SHARED.getBytes(StandardCharsets.UTF_8));
    json.put("prediction_type", prediction.type());
    switch (family) {
      case SD1 -> json.put("_class_name", "PNDMScheduler")
          .put("set_alpha_to_one", false)
          .put("skip_prk_steps", true);
      case SD2 -> json.put("_class_name", "DDIMScheduler")
          .put("clip_sample", false)
          .put("set_alpha_to_one", false);
      case SDXL -> json.put("_class_name", "EulerDiscreteScheduler")
          .put("interpolation_type", "linear")
          .put("use_karras_sigmas", false);
    }
    if (prediction.zeroSnr()) {
      // Without noise left at the last timestep a run has to start there.
      json.put("rescale_betas_zero_snr", true).put("timestep_spacing", "trailing");
    }
    return json;
  }
}

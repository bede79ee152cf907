package io.granular.engine.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.plan.Recipe;
import io.granular.engine.plan.RecipeWriter;
import io.granular.engine.run.RunRequest.TensorRef;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A request with its whole recipe as JSON, to be kept inside the picture it made. */
final class RequestText {
  private static final int VERSION = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  private RequestText() {}

  /**
   * @param request with every null replaced by the value that was used
   * @param recipe what {@code request.recipe()} named when it ran; files change
   */
  static String of(RunRequest request, Recipe recipe) {
    ObjectNode json = JSON.createObjectNode();
    json.put("version", VERSION)
        .put("model", request.model())
        .put("config", text(request.config()))
        .put("prompt", request.prompt())
        .put("negative", request.negative())
        .put("seed", request.seed())
        .put("steps", request.steps())
        .put("guidance", request.guidance())
        .put("width", request.width())
        .put("height", request.height())
        .put("sampler", request.sampler().name())
        .put("spacing", request.sampler().spacing())
        .put("sigmas", request.sampler().sigmas())
        .put("zero_snr", request.sampler().zeroSnr())
        .put("prediction", request.sampler().prediction())
        .put("latents", text(request.latents()))
        .put("noise", text(request.noise()))
        .put("calibration", text(request.calibration()))
        .put("recipe", request.recipe())
        .put("simulate", request.simulate());
    try {
      json.set("recipe_file", JSON.readTree(RecipeWriter.write(recipe)));
      return JSON.writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the recipe writer does not write JSON", e);
    }
  }

  private static @Nullable String text(@Nullable Path path) {
    return path == null ? null : path.toString();
  }

  private static @Nullable String text(@Nullable TensorRef tensor) {
    return tensor == null ? null
        : tensor.key() == null ? tensor.file().toString() : tensor.file() + ":" + tensor.key();
  }
}

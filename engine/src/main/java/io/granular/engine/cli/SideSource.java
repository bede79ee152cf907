package io.granular.engine.cli;

import io.granular.engine.plan.ChosenRecipe;
import io.granular.engine.store.BadModelException;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.ModelSources;
import io.granular.engine.plan.ChosenRecipe;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a side is made of.
 *
 * @param model what is opened
 * @param recipe id of a built-in recipe or path of a recipe file
 */
record SideSource(String model, String recipe) {
  /** The recipe that {@code granular train} leaves in a model's folder. */
  private static final String RECIPE = "recipe.json";
  private static final List<String> FILES = List.of(".gguf", ".safetensors");
  /** How the options say it. */
  static final String MEANING =
      "A side's recipe; or a model of its own with its own recipe: a folder "
          + "that granular train or granular quantize wrote, or a .gguf file.";

  /**
   * Reads a side: a model's folder or file is a model of its own, anything else a recipe for {@code model}.
   *
   * @param usual gives the recipe of a model that was saved quantized, or another one
   * @throws IllegalArgumentException if it is a model without a recipe of its own
   */
  static SideSource of(String model, String side, UnaryOperator<String> usual) {
    Path own = model(side);
    if (own == null) {
      return new SideSource(model, side);
    }
    Path recipe = own.resolve(RECIPE);
    if (Files.isDirectory(own) && !Files.isDirectory(own.resolve("unet"))
        && !Files.isRegularFile(recipe)) {
      throw new IllegalArgumentException("The side " + side + " is a folder without a " + RECIPE
          + ". Give a recipe, or a model's folder that has its own.");
    }
    String stored = usual.apply(own.toString());
    if (stored.equals(ChosenRecipe.STORED)) {
      return new SideSource(own.toString(), stored);
    }
    if (!Files.isRegularFile(recipe)) {
      throw new IllegalArgumentException("The side " + side + " is a model without a recipe of its "
          + "own. Give a recipe, or a model that has its own.");
    }
    return new SideSource(own.toString(), recipe.toString());
  }

  private static @Nullable Path model(String side) {
    try {
      Path path = Path.of(side).toAbsolutePath().normalize();
      boolean file = Files.isRegularFile(path)
          && FILES.stream().anyMatch(side.toLowerCase(Locale.ROOT)::endsWith);
      return file || Files.isDirectory(path) ? path : null;
    } catch (InvalidPathException e) {
      return null;
    }
  }
}

package io.granular.engine.cli;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
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
  /** How the options say it. */
  static final String MEANING =
      "A side's recipe, or a folder with a model that has a recipe.json of "
          + "its own, as granular train writes it.";

  /**
   * Reads a side: a folder that holds a recipe is a model of its own, anything else a recipe for {@code model}.
   *
   * @throws IllegalArgumentException if it is a folder without a recipe
   */
  static SideSource of(String model, String side) {
    Path folder = folder(side);
    if (folder == null) {
      return new SideSource(model, side);
    }
    Path recipe = folder.resolve(RECIPE);
    if (!Files.isRegularFile(recipe)) {
      throw new IllegalArgumentException("The side " + side + " is a folder without a " + RECIPE
          + ". Give a recipe, or a model's folder that has its own.");
    }
    return new SideSource(folder.toString(), recipe.toString());
  }

  private static @Nullable Path folder(String side) {
    try {
      Path path = Path.of(side);
      return Files.isDirectory(path) ? path.toAbsolutePath().normalize() : null;
    } catch (InvalidPathException e) {
      return null;
    }
  }
}

package io.granular.engine.cli;

import io.granular.engine.plan.ChosenRecipe;
import io.granular.engine.studio.EngineException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The recipe of commands that take one. */
final class RecipeOptions {
  @Option(names = "--recipe", paramLabel = "R", completionCandidates = Choices.Recipes.class,
      description = "A recipe file or a built-in recipe: ${COMPLETION-CANDIDATES}; or 'stored' for "
          + "the one that a quantized model was saved with, which is used if none is named.")
  @Nullable
  String recipe;

  @Option(names = "--precision", paramLabel = "P", completionCandidates = Choices.Precisions.class,
      converter = Choices.Precisions.class,
      description = "Short for the recipe of that name: ${COMPLETION-CANDIDATES}.")
  @Nullable
  String precision;

  @Option(names = "--simulate", description = Texts.SIMULATE)
  boolean simulate;

  /** The recipe to use: if none is given the one that the model was saved with, else fp32. */
  String chosen(CommandSpec command, Session session, String model, @Nullable Path config) {
    if (recipe != null && precision != null) {
      throw new ParameterException(command.commandLine(),
          "--recipe and --precision both choose the recipe; give one of them.");
    }
    String chosen = recipe != null ? recipe
        : precision != null ? precision
            : session.engine().library().usualRecipe(model, config);
    check(command, session, chosen);
    return chosen;
  }

  /** Refuses a recipe that does not exist as wrong usage, and a broken file as a failure. */
  static void check(CommandSpec command, Session session, String recipe) {
    if (recipe.equals(ChosenRecipe.STORED)) {
      return; // whether the model has one is seen when it is opened
    }
    try {
      session.engine().library().recipeJson(recipe);
    } catch (EngineException e) {
      if (isFile(recipe)) {
        throw e;
      }
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
  }

  private static boolean isFile(String recipe) {
    try {
      return Files.isRegularFile(Path.of(recipe));
    } catch (InvalidPathException e) {
      return false;
    }
  }
}

package io.granular.engine.studio;

/**
 * A built-in recipe.
 *
 * @param id as the command line takes it, e.g. {@code w8a8-dynamic}
 * @param name as a person reads it, e.g. {@code W8A8 dynamic}
 * @param description one sentence
 * @param json the recipe file's text
 */
public record RecipeInfo(String id, String name, String description, String json) {}

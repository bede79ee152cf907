package io.granular.app.session;

/**
 * What a person chose for one side.
 *
 * @param recipe id of a built-in recipe or path of a recipe file
 * @param sampling how it is sampled
 */
public record SideSettings(String recipe, Sampling sampling) {
  /** With another recipe. */
  public SideSettings withRecipe(String value) {
    return new SideSettings(value, sampling);
  }

  /** Sampled in another way. */
  public SideSettings withSampling(Sampling value) {
    return new SideSettings(recipe, value);
  }
}

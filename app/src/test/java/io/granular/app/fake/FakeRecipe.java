package io.granular.app.fake;

import io.granular.engine.plan.BuiltInRecipes;
import io.granular.engine.studio.RecipeInfo;

/** The shipped recipes with invented costs. */
enum FakeRecipe {
  FP32("fp32", "FP32", "Every weight and activation in 32-bit floating point: the reference.",
      "fp32", "onednn-fp32", 98_400_000, 0, 214_000_000, 0.096, 0),
  BF16("bf16", "BF16", "Weights and activations in bfloat16.", "bf16", "onednn-bf16", 49_200_000,
      0, 176_000_000, 0.061, 2),
  W8("w8", "W8 weight-only", "8-bit weights per channel, computed in bfloat16.",
      "int8 per_axis", "int8-weight-only", 26_900_000, 310_000, 152_000_000, 0.066, 5),
  W8A8("w8a8-dynamic", "W8A8 dynamic",
      "8-bit weights per channel, 8-bit activations per token measured while running.",
      "int8 per_axis, dynamic int8 per_token", "onednn-int8-dynamic", 26_900_000, 310_000,
      141_000_000, 0.053, 9),
  STATIC("w8a8-static", "W8A8 static",
      "8-bit weights per channel, 8-bit activations with calibrated ranges.",
      "int8 per_axis, static int8 per_tensor", "onednn-int8-static", 26_900_000, 310_000,
      141_000_000, 0.045, 9),
  W3("w3-g32", "W3 weight-only, groups of 32",
      "3-bit weights in groups of 32, computed in bfloat16.", "int3 per_group(32)",
      "int3-weight-only", 11_200_000, 1_900_000, 138_000_000, 0.071, 30);

  private final String id;
  private final String title;
  private final String description;
  private final String scheme;
  private final String kernel;
  private final long weights;
  private final long scales;
  private final long peak;
  private final double secondsPerStep;
  private final double coarseness;

  FakeRecipe(String id, String title, String description, String scheme, String kernel,
      long weights, long scales, long peak, double secondsPerStep, double coarseness) {
    this.id = id;
    this.title = title;
    this.description = description;
    this.scheme = scheme;
    this.kernel = kernel;
    this.weights = weights;
    this.scales = scales;
    this.peak = peak;
    this.secondsPerStep = secondsPerStep;
    this.coarseness = coarseness;
  }

  /** A shipped recipe, or for any file what runs like W8A8. */
  static FakeRecipe of(String id) {
    if (id.endsWith(".json")) {
      return W8A8;
    }
    for (FakeRecipe recipe : values()) {
      if (recipe.id.equals(id)) {
        return recipe;
      }
    }
    throw new IllegalArgumentException("no recipe " + id);
  }

  RecipeInfo info() {
    return new RecipeInfo(id, title, description, new BuiltInRecipes().all()
        .stream()
        .filter(recipe -> recipe.id().equals(id))
        .findFirst()
        .orElseThrow()
        .json());
  }

  boolean quantizes() {
    return scheme.startsWith("int");
  }

  String kernel() {
    return kernel;
  }

  long weights() {
    return weights;
  }

  long scales() {
    return scales;
  }

  long peak() {
    return peak;
  }

  double secondsPerStep() {
    return secondsPerStep;
  }

  double coarseness() {
    return coarseness;
  }
}

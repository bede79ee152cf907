package io.granular.engine.plan;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** The recipes that ship with Granular: one JSON file each, in the format people write. */
public final class BuiltInRecipes {
  /** In the order they are offered. */
  private static final List<String> IDS = List.of("fp32", "fp16", "bf16", "w8", "w8a8-dynamic",
      "w8a8-static", "w6", "w5", "w4-g32", "w4a8", "w3-g32", "w2-g16", "gguf-q8_0", "gguf-q5_1",
      "gguf-q4_0", "onnx-int8", "attention-8-rest-4", "unet-only-8");

  private final List<BuiltIn> all;

  /** Reads them from the program's resources. */
  public BuiltInRecipes() {
    all = IDS.stream().map(id -> {
      String json = resource("recipes/" + id + ".json");
      return new BuiltIn(id, RecipeReader.parse(json, id), json);
    }).toList();
  }

  /**
   * One recipe.
   *
   * @param id as the command line takes it, e.g. {@code w8a8-dynamic}
   * @param recipe the recipe
   * @param json the text of its file
   */
  public record BuiltIn(String id, Recipe recipe, String json) {}

  /** Their ids, in the order they are offered. */
  public static List<String> ids() {
    return IDS;
  }

  /** All of them, in the order they are offered. */
  public List<BuiltIn> all() {
    return all;
  }

  /**
   * A built-in recipe by id, or else a recipe file by path.
   *
   * @throws BadRecipeException if there is neither, or the file is no recipe
   */
  public Recipe open(String idOrFile) {
    for (BuiltIn builtIn : all) {
      if (builtIn.id.equals(idOrFile)) {
        return builtIn.recipe;
      }
    }
    if (!isFile(idOrFile)) {
      throw new BadRecipeException(idOrFile, "is neither a recipe file nor a built-in recipe; the"
          + " nearest is \"" + Nearest.to(idOrFile, IDS, 1).getFirst() + "\" (built in: "
          + String.join(", ", IDS) + ")");
    }
    return RecipeReader.read(Path.of(idOrFile));
  }

  /** The JSON Schema of recipe files. */
  public static String schema() {
    return resource("recipe.schema.json");
  }

  private static boolean isFile(String path) {
    try {
      return Files.isRegularFile(Path.of(path));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static String resource(String name) {
    try (InputStream in = BuiltInRecipes.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the program lacks its resource " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

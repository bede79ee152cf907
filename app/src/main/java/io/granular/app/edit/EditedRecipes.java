package io.granular.app.edit;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Recipes as they are while they are edited. A file's name has the digest of its content and it is
 * never written again, so a run that names one means what it meant then. Beside it stands where its
 * overrides end.
 */
public final class EditedRecipes {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String RECIPE = ".json";
  private static final String ORIGIN = ".origin";

  private final Path folder;

  /**
   * @param folder created when the first one is written
   */
  public EditedRecipes(Path folder) {
    this.folder = folder.toAbsolutePath();
  }

  /**
   * Where an edited recipe comes from.
   *
   * @param base id of a built-in recipe or path of a file
   * @param overrides how many of its first rules are overrides
   */
  public record Origin(String base, int overrides) {}

  /**
   * Writes an edited recipe, unless it is there already.
   *
   * @return its path, as the engine takes it
   */
  String save(RecipeText recipe, Origin origin) throws IOException {
    Path file = place(recipe);
    // The origin first: whoever finds the recipe also finds it.
    write(originOf(file), JSON.writeValueAsString(origin));
    write(file, recipe.json());
    return file.toString();
  }

  /** A copy of a person's own recipe that stays as it is now; what is in the folder already stays. */
  String adopt(String path, RecipeText recipe) throws IOException {
    if (folder.equals(Path.of(path).toAbsolutePath().getParent())) {
      return path;
    }
    return save(recipe);
  }

  /** Writes a recipe that is nobody's edit of another, unless it is there already. */
  String save(RecipeText recipe) throws IOException {
    Path file = place(recipe);
    write(file, recipe.json());
    return file.toString();
  }

  /** What an edited recipe comes from; empty for any other recipe. */
  Optional<Origin> origin(String recipe) throws IOException {
    if (!recipe.startsWith(folder.toString()) || !Files.exists(originOf(Path.of(recipe)))) {
      return Optional.empty();
    }
    return Optional.of(JSON.readValue(originOf(Path.of(recipe)).toFile(), Origin.class));
  }

  /**
   * Deletes all but these recipes and those they come from, and those which another window may still
   * be using.
   *
   * @param since what was written later stays
   */
  public void keepOnly(Collection<String> recipes, Instant since) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    Set<Path> kept = new HashSet<>();
    for (String recipe : recipes) {
      Optional<Origin> origin = origin(recipe);
      for (String path : origin.isEmpty() ? List.of(recipe)
          : List.of(recipe, origin.get().base())) {
        kept.add(folder.getFileSystem().getPath(path));
        kept.add(originOf(folder.getFileSystem().getPath(path)));
      }
    }
    List<Path> files;
    try (Stream<Path> listed = Files.list(folder)) {
      files = new ArrayList<>(listed.toList());
    }
    files.removeAll(kept);
    for (Path file : files) {
      if (Files.getLastModifiedTime(file).toInstant().isBefore(since)) {
        Files.deleteIfExists(file);
      }
    }
  }

  private Path place(RecipeText recipe) throws IOException {
    Files.createDirectories(folder);
    String slug = recipe.name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    return folder.resolve(
        slug.substring(0, Math.min(slug.length(), 40)) + "-" + digest(recipe.json()) + RECIPE);
  }

  private static Path originOf(Path recipe) {
    return recipe.resolveSibling(recipe.getFileName() + ORIGIN);
  }

  private static void write(Path file, String text) throws IOException {
    if (!Files.exists(file)) {
      replace(file, text);
    }
  }

  /** Writes beside the target and moves, so that there is never half a file. */
  static void replace(Path file, String text) throws IOException {
    Path beside =
        Files.createTempFile(file.toAbsolutePath().getParent(), ".recipe", ".part");
    try {
      Files.writeString(beside, text);
      Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  private static String digest(String text) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256")
          .digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}

package io.granular.engine.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.granular.engine.store.PictureFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder of pictures with captions: {@code metadata.jsonl} if there is one, a line per picture with {@code file_name} and
 * {@code text} as the datasets library has it, or {@code NAME.txt} beside each picture.
 */
final class DataFolder {
  private static final String METADATA = "metadata.jsonl";
  private static final int FEWEST = 2;
  private static final int NAMED = 5;

  private DataFolder() {}

  /** A picture and what it shows. */
  record Captioned(Path file, String caption) {}

  /**
   * Lists them, by name or in the order of the metadata.
   *
   * @throws IllegalArgumentException if the folder cannot be read, a caption is missing, or there are fewer than two pictures
   */
  static List<Captioned> read(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException("There is no folder " + folder + " to train on.");
    }
    Path metadata = folder.resolve(METADATA);
    try {
      List<Captioned> all =
          Files.isRegularFile(metadata) ? listed(folder, metadata) : beside(folder);
      if (all.size() < FEWEST) {
        throw new IllegalArgumentException(folder + " has " + (all.isEmpty() ? "no pictures"
            : "one picture") + "; training needs at least one to learn from and one to hold out. "
            + "PNG, JPEG, BMP, GIF and TIFF files are read.");
      }
      return all;
    } catch (IOException e) {
      throw new IllegalArgumentException(
          folder + " cannot be read: " + e + ". Captions are UTF-8 text.", e);
    }
  }

  private static List<Captioned> beside(Path folder) throws IOException {
    List<Path> pictures;
    try (Stream<Path> entries = Files.list(folder)) {
      pictures =
          entries.filter(PictureFile::isPicture).filter(Files::isRegularFile).sorted().toList();
    }
    List<Captioned> all = new ArrayList<>();
    List<String> without = new ArrayList<>();
    for (Path picture : pictures) {
      String name = picture.getFileName().toString();
      Path caption = picture.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ".txt");
      if (Files.isRegularFile(caption)) {
        all.add(new Captioned(picture, Files.readString(caption).strip()));
      } else {
        without.add(name);
      }
    }
    if (!without.isEmpty()) {
      throw new IllegalArgumentException(without.size() + " of " + pictures.size()
          + " pictures in " + folder + " have no caption: "
          + String.join(", ", without.subList(0, Math.min(NAMED, without.size())))
          + (without.size() > NAMED ? ", ..." : "") + ". Write what each shows into a text file of "
          + "the same name, e.g. " + without.getFirst().replaceFirst("\\.[^.]*$", ".txt")
          + ", or all into " + METADATA + ".");
    }
    return all;
  }

  private static List<Captioned> listed(Path folder, Path metadata) throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<Captioned> all = new ArrayList<>();
    int number = 0;
    for (String line : Files.readAllLines(metadata)) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      String where = metadata + ", line " + number + ": ";
      try {
        JsonNode entry = json.readTree(line);
        JsonNode name = entry.path("file_name");
        JsonNode text = entry.path("text");
        if (!name.isTextual() || !text.isTextual()) {
          throw new IllegalArgumentException(
              where + "a line needs \"file_name\" and \"text\", both strings.");
        }
        Path file = folder.resolve(name.asText()).normalize();
        if (!file.startsWith(folder.normalize()) || !Files.isRegularFile(file)) {
          throw new IllegalArgumentException(
              where + "there is no file " + name.asText() + " in the folder.");
        }
        all.add(new Captioned(file, text.asText().strip()));
      } catch (JsonProcessingException | InvalidPathException e) {
        throw new IllegalArgumentException(where + e.getMessage(), e);
      }
    }
    return all;
  }
}

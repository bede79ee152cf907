package io.granular.engine.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.store.TokenizerSource.Embedded;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The files of a diffusers folder that are no weights: in that folder, or inside another file. */
sealed interface SideFiles {
  /** The folder, or the file that holds them. */
  Path origin();

  /** What to call one of them in messages. */
  Path name(String path);

  /** Whether there is one. */
  boolean has(String path);

  /**
   * The object in one of them.
   *
   * @throws BadModelException if it is missing or no JSON object
   */
  ObjectNode json(String path);

  /**
   * A tokenizer.
   *
   * @param folder its folder, e.g. {@code tokenizer}
   * @throws BadModelException if there is none
   */
  TokenizerSource tokenizer(String folder, int maxLength);

  /** In a folder of their own. */
  record InFolder(Path origin) implements SideFiles {
    @Override
    public Path name(String path) {
      return origin.resolve(path);
    }

    @Override
    public boolean has(String path) {
      return Files.isRegularFile(name(path));
    }

    @Override
    public ObjectNode json(String path) {
      return ModelJson.read(name(path));
    }

    @Override
    public TokenizerSource tokenizer(String folder, int maxLength) {
      Path tokenizer = name(folder);
      if (!Files.isDirectory(tokenizer)) {
        throw new BadModelException(tokenizer, "the tokenizer's folder is missing",
            "Copy the whole model again");
      }
      return new TokenizerSource.Folder(tokenizer, maxLength);
    }
  }

  /**
   * Inside a file.
   *
   * @param contents by path within the folder that they come from
   */
  record Inside(Path origin, Map<String, byte[]> contents) implements SideFiles {
    public Inside {
      contents = Map.copyOf(contents);
    }

    @Override
    public Path name(String path) {
      return origin.resolve(path);
    }

    @Override
    public boolean has(String path) {
      return contents.containsKey(path);
    }

    @Override
    public ObjectNode json(String path) {
      byte[] content = contents.get(path);
      if (content == null) {
        throw new BadModelException(origin, "does not hold " + path, "Save the model again");
      }
      return ModelJson.parse(name(path), content);
    }

    @Override
    public TokenizerSource tokenizer(String folder, int maxLength) {
      Map<String, byte[]> files = new TreeMap<>();
      contents.forEach((path, content) -> {
        if (path.startsWith(folder + "/")) {
          files.put(path.substring(folder.length() + 1), content);
        }
      });
      return new Embedded(origin, files, maxLength);
    }
  }
}

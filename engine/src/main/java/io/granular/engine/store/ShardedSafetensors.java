package io.granular.engine.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.SequencedMap;
import java.util.SequencedSet;

/**
 * One set of tensors spread over several safetensors files, as {@code *.safetensors.index.json}
 * says: its {@code weight_map} names the file beside it that holds each tensor. Tensors that the
 * index does not name are not part of the set.
 */
public final class ShardedSafetensors implements TensorSource {
  private static final String SUFFIX = ".safetensors";

  private final Path index;
  private final SequencedMap<String, SafetensorsFile> shards;
  private final SequencedMap<String, SafetensorsFile> homes;

  private ShardedSafetensors(Path index, SequencedMap<String, SafetensorsFile> shards,
      SequencedMap<String, SafetensorsFile> homes) {
    this.index = index;
    this.shards = shards;
    this.homes = homes;
  }

  /**
   * Opens every shard that {@code index} names.
   *
   * @throws BadModelException if the index or a shard is missing or broken, if a shard lies outside
   *         the index's folder, or if a tensor is not in its shard
   */
  public static ShardedSafetensors open(Path index) {
    JsonNode map = ModelJson.read(index).get("weight_map");
    if (!(map instanceof ObjectNode weightMap) || weightMap.isEmpty()) {
      throw new BadModelException(index, "has no 'weight_map'", "Copy the model again");
    }
    SequencedMap<String, SafetensorsFile> shards = new LinkedHashMap<>();
    SequencedMap<String, SafetensorsFile> homes = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, JsonNode> entry : weightMap.properties()) {
        String shardName = entry.getValue().asText();
        SafetensorsFile shard =
            shards.computeIfAbsent(shardName, name -> SafetensorsFile.open(locate(index, name)));
        if (!shard.contains(entry.getKey())) {
          throw new BadModelException(index, "tensor '" + entry.getKey() + "' should be in '"
              + shardName + "', but is not", "The shards do not belong together; copy them again");
        }
        homes.put(entry.getKey(), shard);
      }
      return new ShardedSafetensors(index, shards, homes);
    } catch (RuntimeException e) {
      shards.values().forEach(SafetensorsFile::close);
      throw e;
    }
  }

  /** An index is untrusted: a shard is a plain file name, never a path to somewhere else. */
  private static Path locate(Path index, String name) {
    if (!name.endsWith(SUFFIX) || name.contains("/") || name.contains("\\") || name.contains(":")
        || name.indexOf('\0') >= 0) {
      throw new BadModelException(index, "the shard '" + name + "' is not the plain name of a "
          + SUFFIX + " file beside the index", "Do not use this model: its index is broken");
    }
    Path shard = index.resolveSibling(name);
    if (!Files.isRegularFile(shard)) {
      throw new BadModelException(index, "its shard '" + name + "' is missing",
          "Copy all shards into the folder of the index");
    }
    return shard;
  }

  /** The index and all shards, in the order of first use. */
  public List<Path> files() {
    List<Path> files = new ArrayList<>();
    files.add(index);
    shards.values().forEach(shard -> files.add(shard.path()));
    return files;
  }

  @Override
  public SequencedSet<String> names() {
    return Collections.unmodifiableSequencedSet(homes.sequencedKeySet());
  }

  @Override
  public TensorInfo info(String name) {
    return home(name).info(name);
  }

  @Override
  public MemorySegment data(String name) {
    return home(name).data(name);
  }

  private SafetensorsFile home(String name) {
    SafetensorsFile shard = homes.get(name);
    if (shard == null) {
      throw new NoSuchElementException(index + " has no tensor '" + name + "'.");
    }
    return shard;
  }

  @Override
  public void close() {
    shards.values().forEach(SafetensorsFile::close);
  }

  @Override
  public String toString() {
    return index.toString();
  }
}

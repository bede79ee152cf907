package io.granular.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Copies of model folders that a test may change. */
final class Folders {
  private Folders() {}

  /** Copies a model without its reference results. */
  static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(f -> !from.relativize(f).startsWith("expected")).toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    }
  }

  static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Gives every tensor of a file another name, and adds some. */
  static void rewrite(Path path, UnaryOperator<String> name, NamedTensor... more)
      throws IOException {
    Path renamed = path.resolveSibling("renamed");
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      List<NamedTensor> tensors = new ArrayList<>(List.of(more));
      for (String old : file.names()) {
        TensorInfo info = file.info(old);
        tensors.add(NamedTensor.of(new TensorInfo(name.apply(old), info.dtype(), info.shape()),
            file.data(old)));
      }
      SafetensorsWriter.write(renamed, Map.of(), tensors);
    }
    Files.delete(path);
    Files.move(renamed, path);
  }

  /** Same names, types, shapes and bytes. */
  static void assertSame(TensorSource actual, TensorSource expected) {
    assertThat(actual.names()).containsExactlyInAnyOrderElementsOf(expected.names());
    for (String name : expected.names()) {
      assertThat(actual.info(name)).isEqualTo(expected.info(name));
      assertThat(MemorySegment.mismatch(actual.data(name), 0, actual.data(name).byteSize(),
          expected.data(name), 0, expected.data(name).byteSize())).as(name).isEqualTo(-1);
    }
  }
}

package io.granular.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granular.engine.quant.GgmlType;
import io.granular.engine.torch.ScalarType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufFileTest {
  private static final Path GOLDENS = Path.of("src/test/goldens");
  private static final Path SAMPLE = GOLDENS.resolve("quant/gguf/sample.gguf");

  @TempDir
  Path folder;

  @Test
  void readsWhatGgufFromPyPiWrote() {
    try (GgufFile file = GgufFile.open(SAMPLE);
        SafetensorsFile expected =
            SafetensorsFile.open(GOLDENS.resolve("quant/gguf/sample.safetensors"))) {
      assertThat(file.names()).containsExactly("plain", "half", "packed.Q4_0", "packed.Q5_1",
          "packed.Q8_0");
      for (String name : file.names()) {
        assertThat(file.info(name).shape()).isEqualTo(expected.info(name).shape());
        assertThat(Float32.read(file, name)).as(name).containsExactly(Float32.read(expected, name));
      }
      assertThat(file.storedType("packed.Q5_1")).isEqualTo("Q5_1");
      assertThat(file.storedBytes("packed.Q8_0")).isEqualTo(8 * 544);
      assertThat(file.text("general.architecture")).hasValue("sd1");
      assertThat(file.metadata()).containsEntry("test.number", new GgufValue.Whole(42))
          .containsEntry("test.words", new GgufValue.Values(
              List.of(new GgufValue.Text("a"), new GgufValue.Text("b"))));
    }
  }

  @Test
  void writesWhatItReads() throws IOException {
    Path file = folder.resolve("a.gguf");
    SequencedMap<String, GgufValue> metadata = new LinkedHashMap<>();
    metadata.put("general.architecture", new GgufValue.Text("sd1"));
    metadata.put("whole", new GgufValue.Whole(7));
    metadata.put("real", new GgufValue.Real(0.5));
    metadata.put("truth", new GgufValue.Truth(true));
    metadata.put("list", new GgufValue.Values(List.of(new GgufValue.Whole(-3))));
    GgufOutput.Tensor floats =
        new GgufOutput.Tensor("f", List.of(3L), new GgufType.Plain(ScalarType.F32));
    GgufOutput.Tensor blocks =
        new GgufOutput.Tensor("b", List.of(2L, 32L), new GgufType.Blocks(GgmlType.Q8_0));
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      GgufOutput output = GgufOutput.begin(channel, metadata, List.of(floats, blocks));
      output.put("f", NamedTensor.floats("f", List.of(3L), new float[]{1, 2, 3}).content());
      output.put("b", sink -> sink.accept(ByteBuffer.allocate(68)));
      output.end();
    }
    try (GgufFile open = GgufFile.open(file)) {
      assertThat(open.metadata()).isEqualTo(metadata);
      assertThat(Float32.read(open, "f")).containsExactly(1, 2, 3);
      assertThat(Float32.read(open, "b")).hasSize(64).containsOnly(0);
      assertThat(open.stored("b").orElseThrow().scheme()).isEqualTo(GgmlType.Q8_0);
    }
  }

  @Test
  void everyCutIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(SAMPLE);
    for (int size = 0; size < whole.length; size += size < 700 ? 1 : 997) {
      Path cut = Files.write(folder.resolve("cut.gguf"), Arrays.copyOf(whole, size));
      assertThatThrownBy(() -> GgufFile.open(cut).close()).as("%d bytes", size)
          .isInstanceOf(BadModelException.class)
          .hasMessageContaining("cut.gguf");
    }
  }

  @Test
  void noByteOfTheHeaderBringsItDown() throws IOException {
    byte[] whole = Files.readAllBytes(SAMPLE);
    for (int at = 0; at < 600; at++) {
      for (int value : new int[]{0, 1, 0x7f, 0xff}) {
        byte[] changed = whole.clone();
        changed[at] = (byte) value;
        Path file = Files.write(folder.resolve("changed.gguf"), changed);
        try (GgufFile open = GgufFile.open(file)) {
          open.names().forEach(name -> {
            try {
              assertThat(open.info(name).elements()).isNotNegative();
            } catch (BadModelException e) {
              assertThat(e).hasMessageContaining("does not read");
            }
          });
        } catch (BadModelException e) {
          assertThat(e).hasMessageContaining("changed.gguf");
        }
      }
    }
  }

  @Test
  void liesAreRefusedBeforeAnythingIsAllocated() throws IOException {
    refused(header(3, 1L << 60, 0), "claims 1152921504606846976 tensors");
    refused(header(3, 0, -1), "claims 18446744073709551615 metadata entries");
    refused(header(1, 0, 0), "version 1");
    refused(header(Integer.reverseBytes(3), 0, 0), "big-endian");
    refused(join(header(3, 0, 1), text("k"), int32(8), int64(1L << 40)), "bytes long");
    refused(join(header(3, 0, 1), text("k"), int32(9), int32(0), int64(1L << 33)), "values in");
    refused(join(header(3, 0, 1), text("k"), int32(13)), "unknown type 13");
    refused(join(header(3, 0, 1), text("k"), nested(9)), "nested");
    refused(join(header(3, 0, 2), text("k"), int32(4), int32(1), text("k"), int32(4), int32(1)),
        "twice");
    refused(join(header(3, 0, 1), text("general.alignment"), int32(4), int32(24)), "alignment");
    byte[] data = new byte[256];
    refused(join(header(3, 1, 0), tensor("a", 0, 0, 1L << 40, 1L << 40), data), "larger than any");
    refused(join(header(3, 1, 0), tensor("a", 0, 0, 4096), data), "beyond the end");
    refused(join(header(3, 1, 0), tensor("a", 0, 8, 4), data), "no multiple of 32");
    refused(join(header(3, 1, 0), tensor("a", 8, 0, 33), data), "33");
    refused(join(header(3, 1, 0), tensor("a", 0, -32, 4), data), "no multiple");
    refused(join(header(3, 2, 0), tensor("a", 0, 0, 16), tensor("b", 0, 32, 4), data),
        "lies inside that of tensor 'a'");
    refused(join(header(3, 2, 0), tensor("a", 0, 0, 4), tensor("a", 0, 32, 4), data),
        "two tensors named 'a'");
    refused(join(header(3, 1, 0), text("a"), int32(5), new byte[64], data), "5 dimensions");
    refused(join(header(3, 1, 1), text("comfy.gguf.orig_shape.a"), int32(9), int32(5), int64(1),
        int32(5), tensor("a", 0, 0, 4), data), "original shape");
  }

  @Test
  void unknownTypesAreNamedWhenTheyAreAskedFor() throws IOException {
    Path file = Files.write(folder.resolve("a.gguf"),
        join(header(2, 1, 0), tensor("a", 16, 0, 256), new byte[256]));
    try (GgufFile open = GgufFile.open(file)) {
      assertThat(open.names()).containsExactly("a");
      assertThatThrownBy(() -> open.info("a")).isInstanceOf(BadModelException.class)
          .hasMessageContaining("GGML type 16");
    }
  }

  private void refused(byte[] bytes, String problem) throws IOException {
    Path file = Files.write(folder.resolve("lie.gguf"), bytes);
    assertThatThrownBy(() -> GgufFile.open(file).close()).isInstanceOf(BadModelException.class)
        .hasMessageContaining("lie.gguf")
        .hasMessageContaining(problem);
  }

  private static byte[] header(int version, long tensors, long metadata) {
    return join("GGUF".getBytes(StandardCharsets.US_ASCII), int32(version), int64(tensors),
        int64(metadata));
  }

  private static byte[] tensor(String name, int type, long offset, long... dims) {
    byte[] bytes = join(text(name), int32(dims.length));
    for (long dim : dims) {
      bytes = join(bytes, int64(dim));
    }
    return join(bytes, int32(type), int64(offset));
  }

  private static byte[] nested(int depth) {
    byte[] bytes = int32(9);
    for (int i = 0; i < depth; i++) {
      bytes = join(bytes, int32(9), int64(1));
    }
    return bytes;
  }

  private static byte[] text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return join(int64(bytes.length), bytes);
  }

  private static byte[] int32(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }

  private static byte[] int64(long value) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}

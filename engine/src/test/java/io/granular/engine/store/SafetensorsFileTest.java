package io.granular.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granular.engine.torch.ScalarType;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsFileTest {
  private static final Path UNET =
      Path.of("src/test/goldens/tiny-sd1/unet/diffusion_pytorch_model.safetensors");

  @TempDir
  Path folder;

  @Test
  void readsWhatTheReferenceImplementationWrote() {
    try (SafetensorsFile file = SafetensorsFile.open(UNET)) {
      assertThat(file.metadata()).isEqualTo(Map.of("format", "pt"));
      assertThat(file.info("conv_in.weight"))
          .isEqualTo(new TensorInfo("conv_in.weight", ScalarType.F16, List.of(32L, 4L, 3L, 3L)));
      assertThat(file.data("conv_in.weight").byteSize()).isEqualTo(32 * 4 * 9 * 2);
      assertThat(file.data("conv_in.weight").isMapped()).isTrue();
      long total = file.names().stream().mapToLong(name -> file.info(name).bytes()).sum();
      assertThat(total).isLessThan(UNET.toFile().length()).isGreaterThan(4_000_000);
    }
  }

  @Test
  void unknownNamesAreReportedWithTheFile() {
    try (SafetensorsFile file = SafetensorsFile.open(UNET)) {
      assertThat(file.contains("nothing")).isFalse();
      assertThatThrownBy(() -> file.info("nothing")).isInstanceOf(NoSuchElementException.class)
          .hasMessageContaining("nothing")
          .hasMessageContaining(UNET.toString());
      assertThatThrownBy(() -> file.data("nothing")).isInstanceOf(NoSuchElementException.class);
    }
  }

  @Test
  void scalarsAndEmptyTensorsAreAllowed() throws IOException {
    Path path = raw("""
        {"s":{"dtype":"F32","shape":[],"data_offsets":[0,4]},
         "e":{"dtype":"I64","shape":[0,7],"data_offsets":[4,4]}}""", 4);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.info("s").shape()).isEmpty();
      assertThat(file.info("s").elements()).isOne();
      assertThat(file.info("e").elements()).isZero();
      assertThat(file.data("e").byteSize()).isZero();
    }
  }

  @Test
  void afterClosingTheDataIsGone() throws IOException {
    SafetensorsFile file = SafetensorsFile.open(UNET);
    MemorySegment data = file.data("conv_in.bias");
    file.close();
    file.close();
    assertThatThrownBy(() -> data.get(ValueLayout.JAVA_BYTE, 0))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void typesGranularDoesNotReadAreListedAndRefused() throws IOException {
    Path path = raw("""
        {"w":{"dtype":"F8_E4M3","shape":[3],"data_offsets":[0,3]},
         "b":{"dtype":"U8","shape":[1],"data_offsets":[3,4]}}""", 4);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.names()).containsExactly("w", "b");
      assertThat(file.data("b").byteSize()).isOne();
      for (var use : List.<Runnable>of(() -> file.info("w"), () -> file.data("w"))) {
        assertThatThrownBy(use::run).isInstanceOf(BadModelException.class)
            .hasMessageContaining("'w'")
            .hasMessageContaining("F8_E4M3");
      }
    }
  }

  @Test
  void filesOver2GbWork() throws IOException {
    long elements = 1_300_000_000L;
    Path path = folder.resolve("large.safetensors");
    byte[] header = ("{\"big\":{\"dtype\":\"F16\",\"shape\":[" + elements
        + "],\"data_offsets\":[0," + 2 * elements + "]},\"last\":{\"dtype\":\"I32\",\"shape\":[1],"
        + "\"data_offsets\":[" + 2 * elements + "," + (2 * elements + 4) + "]}}")
        .getBytes(StandardCharsets.UTF_8);
    try (FileChannel out = FileChannel.open(path, StandardOpenOption.CREATE_NEW,
        StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
      out.write(prefixed(header));
      out.write(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, 0x12345678),
          8 + header.length + 2 * elements);
    }
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.info("big").elements()).isEqualTo(elements);
      assertThat(file.data("big").byteSize()).isEqualTo(2 * elements);
      assertThat(file.data("last").get(ValueLayout.JAVA_INT_UNALIGNED, 0)).isEqualTo(0x12345678);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 100, 50_000})
  void truncationIsFound(int length) throws IOException {
    Path path = folder.resolve("cut.safetensors");
    byte[] whole = Files.readAllBytes(UNET);
    Files.write(path, Arrays.copyOf(whole, length));
    assertBad(path, "cut.safetensors");
  }

  @Test
  void aMissingOrAnExtraLastByteIsFound() throws IOException {
    Path path = folder.resolve("model.safetensors");
    byte[] whole = Files.readAllBytes(UNET);
    Files.write(path, Arrays.copyOf(whole, whole.length - 1));
    assertBad(path, "bytes follow the header");
    Files.write(path, Arrays.copyOf(whole, whole.length + 1));
    assertBad(path, "bytes follow the header");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 100_000_001, 100_000_000, 1L << 40})
  void impossibleHeaderLengthsAreFoundBeforeAllocating(long length) throws IOException {
    Path path = folder.resolve("length.safetensors");
    Files.write(path, ByteBuffer.allocate(64)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(0, length)
        .array());
    assertBad(path, "header");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`',
      textBlock = """
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}                    | negative
          {"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}                    | negative
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}                     | not a begin and an end
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}                       | not a begin and an end
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}                   | not a begin and an end
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}                     | needs 32 bits
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}                     | needs 64 bits
          {"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}                   | not a whole number
          {"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}                   | not a whole number
          {"a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}                       | not a list
          {"a":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}}                     | does not know
          {"a":{"dtype":7,"shape":[1],"data_offsets":[0,4]}}                         | not a text
          {"a":{"dtype":"F32","shape":[1]}}                                          | no 'data_offsets'
          {"a":{"shape":[1],"data_offsets":[0,4]}}                                   | no 'dtype'
          {"a":{"dtype":"F32","data_offsets":[0,4]}}                                 | no 'shape'
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}               | no part of the format
          {"a":5}                                                                    | not an object
          {"__metadata__":{"k":5}}                                                   | not a text
          {"__metadata__":"k"}                                                       | not an object
          {"a":{"dtype":"F32","shape":[9223372036854775807,9],"data_offsets":[0,4]}} | larger than any file
          {"a":{"dtype":"F64","shape":[576460752303423488],"data_offsets":[0,4]}}    | larger than any file
          {"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}  | out of range
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,9223372036854775807]}}   | needs 32 bits
          {"a":{"dtype":"F4","shape":[1],"data_offsets":[0,1]}}                      | needs 4 bits
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}  | Duplicate
          {"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}       | Duplicate
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}  | inside the data before it
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}  | inside the data before it
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}} | after a hole
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}                     | after a hole
          {"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}                    | bytes follow the header
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}} x                   | JSON
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}} {}                  | goes on after
          {"a":{"dtype":"F32"                                                        | JSON
          []                                                                         | begin with '{'
          {}                                                                         | bytes follow the header
          """)
  void brokenHeadersAreFound(String header, String complaint) throws IOException {
    assertBad(raw(header, 8), complaint);
  }

  @Test
  void deepNestingIsRefusedWithoutAStackOverflow() throws IOException {
    assertBad(raw("{\"a\":" + "[".repeat(1_000_000) + "]".repeat(1_000_000) + "}", 0),
        "not an object");
    String nested = "{\"a\":{\"shape\":" + "[".repeat(500_000);
    assertBad(raw(nested, 0), "whole number");
  }

  @Test
  void brokenUtf8IsRefused() throws IOException {
    Path path = folder.resolve("utf8.safetensors");
    byte[] header = {'{', '"', (byte) 0xC3, '"', ':', '1', '}', ' '};
    Files.write(path, prefixed(header).array());
    assertBad(path, "UTF-8");
  }

  @Test
  void flippedBytesNeverCauseAnythingButAClearError() throws IOException {
    byte[] good = Files.readAllBytes(
        raw("""
            {"__metadata__":{"k":"v"},"a":{"dtype":"F16","shape":[2,2],"data_offsets":[0,8]},\
            "b":{"dtype":"F32","shape":[3],"data_offsets":[8,20]}}""", 20));
    Random random = new Random(5);
    Path path = folder.resolve("fuzz.safetensors");
    int refused = 0;
    for (int round = 0; round < 3000; round++) {
      byte[] bytes = good.clone();
      for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try (RandomAccessFile out = new RandomAccessFile(path.toFile(), "rw")) {
        out.write(bytes);
      }
      try (SafetensorsFile file = SafetensorsFile.open(path)) {
        for (String name : file.names()) {
          file.data(name).toArray(ValueLayout.JAVA_BYTE);
        }
      } catch (BadModelException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(1000);
  }

  @Test
  void foldersAndMissingFilesAreRefused() {
    assertBad(folder, "is not a file");
    assertBad(folder.resolve("none.safetensors"), "is not a file");
  }

  private Path raw(String header, int dataBytes) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    Path path = folder.resolve("raw.safetensors");
    ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + dataBytes);
    Files.write(path, bytes.put(prefixed(json)).array());
    return path;
  }

  private static ByteBuffer prefixed(byte[] json) {
    return ByteBuffer.allocate(8 + json.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .flip();
  }

  private static void assertBad(Path path, String complaint) {
    assertThatThrownBy(() -> SafetensorsFile.open(path)).isInstanceOf(BadModelException.class)
        .hasMessageContaining(path.toString())
        .hasMessageContaining(complaint);
  }
}

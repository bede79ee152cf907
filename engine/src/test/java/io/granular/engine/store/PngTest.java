package io.granular.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

import io.granular.engine.metric.RgbImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PngTest {
  @TempDir
  private Path folder;
  private Path file;

  @BeforeEach
  void choose() {
    file = folder.resolve("picture.png");
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "3, 2", "64, 48", "1, 257"})
  void everyPixelComesBack(int width, int height) {
    RgbImage image = noise(width, height);
    Png.write(file, image);
    RgbImage back = Png.read(file);

    assertThat(back.width()).isEqualTo(width);
    assertThat(back.height()).isEqualTo(height);
    assertThat(back.rgb()).isEqualTo(image.rgb());
    assertThat(Png.readText(file)).isEmpty();
  }

  @Test
  void anotherReaderSeesTheSamePixels() throws IOException {
    RgbImage image = noise(9, 5);
    Png.write(file, image, Map.of("Comment", "x"));
    var other = ImageIO.read(file.toFile());
    for (int y = 0; y < 5; y++) {
      for (int x = 0; x < 9; x++) {
        assertThat(other.getRGB(x, y)).isEqualTo(0xff000000 | image.get(x, y, 0) << 16
            | image.get(x, y, 1) << 8 | image.get(x, y, 2));
      }
    }
  }

  @Test
  void textComesBackInOrderInAnyScript() {
    Map<String, String> text = new LinkedHashMap<>();
    text.put("granular.run", "{\"prompt\": \"a cat, 猫, кот \uD83D\uDC08\",\n \"seed\": 7}");
    text.put("Software", "Granular");
    text.put("Título", "");
    Png.write(file, noise(4, 4), text);

    assertThat(Png.readText(file)).containsExactlyEntriesOf(text);
    assertThat(Png.read(file).rgb()).isEqualTo(noise(4, 4).rgb());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " x", "x ", "new\nline", "猫"})
  void otherKeywordsAreRefused(String keyword) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Png.write(file, noise(2, 2), Map.of(keyword, "x")))
        .withMessageContaining("1 to 79");
    assertThat(file).doesNotExist();
  }

  @Test
  void writingReplacesAndLeavesNothingElseBehind() throws IOException {
    Files.writeString(file, "old");
    Png.write(file, noise(5, 5));
    assertThat(Png.read(file).rgb()).isEqualTo(noise(5, 5).rgb());
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  void aMissingFolderIsNamed() {
    Path nowhere = folder.resolve("missing/picture.png");
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> Png.write(nowhere, noise(2, 2)))
        .withMessageContaining(nowhere.toString())
        .withMessageContaining("folder");
  }

  @Test
  void aFailedMoveLeavesTheTargetAndNoRest() throws IOException {
    Files.createDirectories(file.resolve("not-empty"));
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> Png.write(file, noise(2, 2)));
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(file);
    }
  }

  /**
   * Pictures of 2x1 pixels by Pillow 13: (255, 0, 10) and (0, 128, 255), or greys. Transparency
   * must not matter.
   */
  @ParameterizedTest
  @CsvSource({
      "RGBA 8, ff000a0080ff, iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAYAAAD0In+KAAAAEUlEQVR4nG"
          + "P4z8DFwNDw3xcADAgC1pTr6gIAAAAASUVORK5CYII=",
      "RGB 16, ff000a0080ff, iVBORw0KGgoAAAANSUhEUgAAAAIAAAABEAIAAAAr0DSeAAAAFUlEQVR4nG"
          + "P4z8hwgouBgaGB4f9/ABhhBFEirPpwAAAAAElFTkSuQmCC",
      "palette, ff000a0080ff, iVBORw0KGgoAAAANSUhEUgAAAAIAAAABAQMAAADO7O3JAAAABlBMVEX/A"
          + "AoAgP84n4WhAAAACklEQVR4nGNwAAAAQgBBKTf07wAAAABJRU5ErkJggg==",
      "transparent palette, ff000a0080ff, iVBORw0KGgoAAAANSUhEUgAAAAIAAAABAQMAAADO7O3JA"
          + "AAABlBMVEX/AAoAgP84n4WhAAAAAXRSTlMAQObYZgAAAApJREFUeJxjcAAAAEIAQSk39O8AAAAASUVOR"
          + "K5CYII=",
      "grey 8, 3c3c3cc8c8c8, iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAAAAADRSSBWAAAAC0lEQVR4nG"
          + "OwOQEAAUMBBRXxLEMAAAAASUVORK5CYII=",
      "grey 16, 3c3c3cc8c8c8, iVBORw0KGgoAAAANSUhEUgAAAAIAAAABEAAAAACB2fwVAAAADUlEQVR4n"
          + "GOw+X+CEQAFgwIFgsJKcAAAAABJRU5ErkJggg==",
      "grey 4, 444444cccccc, iVBORw0KGgoAAAANSUhEUgAAAAIAAAABBAAAAAAUuc1XAAAACklEQVR4nG"
          + "PwAQAATgBNatF49wAAAABJRU5ErkJggg==",
      "grey 1, 000000ffffff, iVBORw0KGgoAAAANSUhEUgAAAAIAAAABAQAAAADcWUInAAAACklEQVR4nG"
          + "NwAAAAQgBBKTf07wAAAABJRU5ErkJggg==",
      "grey and alpha, 3c3c3cc8c8c8, iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAQAAABeK7cBAAAADU"
          + "lEQVR4nGOw4TzxHwADnwIN685JKwAAAABJRU5ErkJggg=="})
  void everyKindOfPngBecomesRgb(String kind, String expected, String base64) throws IOException {
    Files.write(file, Base64.getDecoder().decode(base64));
    assertThat(HexFormat.of().formatHex(Png.read(file).rgb())).as(kind).isEqualTo(expected);
  }

  /** By Pillow 13, with a language and a translated keyword. */
  @Test
  void compressedTextIsRead() throws IOException {
    Files.write(file, Base64.getDecoder()
        .decode("iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAA"
            + "ALGlUWHRwcm9tcHQAAQBydQDQt9Cw0L/RgNC+0YEAeJy7sOvCvotNCheGDwUAeXuIS0hlr8EAAAAPSURBVHicY/"
            + "jPwMXQ8B8ACCgCibRSRXAAAAAASUVORK5CYII="));
    assertThat(Png.readText(file)).containsExactly(entry("prompt", "кот ".repeat(30)));
  }

  private static RgbImage noise(int width, int height) {
    byte[] rgb = new byte[width * height * 3];
    new Random(width * 31L + height).nextBytes(rgb);
    return new RgbImage(width, height, rgb);
  }
}

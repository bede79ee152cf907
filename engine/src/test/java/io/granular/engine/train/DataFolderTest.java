package io.granular.engine.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.granular.engine.metric.RgbImage;
import io.granular.engine.store.BadModelException;
import io.granular.engine.store.PictureFile;
import io.granular.engine.store.Png;
import io.granular.engine.train.DataFolder.Captioned;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders of pictures with captions, and what becomes of the pictures. */
class DataFolderTest {
  @TempDir
  private Path folder;

  private void picture(String name) {
    Png.write(folder.resolve(name), new RgbImage(4, 4, new byte[48]));
  }

  private void text(String name, String content) throws IOException {
    Files.writeString(folder.resolve(name), content);
  }

  @Test
  void readsCaptionsBesidePictures() throws IOException {
    picture("b.png");
    picture("a.PNG");
    text("a.txt", " a red apple \n");
    text("b.txt", "");
    assertThat(DataFolder.read(folder)).containsExactly(
        new Captioned(folder.resolve("a.PNG"), "a red apple"),
        new Captioned(folder.resolve("b.png"), ""));
  }

  @Test
  void readsMetadata() throws IOException {
    Files.createDirectories(folder.resolve("train"));
    picture("train/b.png");
    picture("a.png");
    picture("unlisted.png");
    text("metadata.jsonl", "{\"file_name\": \"train/b.png\", \"text\": \"ein Häuschen\"}\n\n"
        + "{\"file_name\": \"a.png\", \"text\": \"a\", \"width\": 4}\n");
    assertThat(DataFolder.read(folder)).containsExactly(
        new Captioned(folder.resolve("train/b.png"), "ein Häuschen"),
        new Captioned(folder.resolve("a.png"), "a"));
  }

  @Test
  void whatIsMissingIsNamed() throws IOException {
    assertThatThrownBy(() -> DataFolder.read(folder.resolve("none")))
        .hasMessageContaining("no folder");
    assertThatThrownBy(() -> DataFolder.read(folder)).hasMessageContaining("no pictures");
    picture("a.png");
    assertThatThrownBy(() -> DataFolder.read(folder)).hasMessageContaining("a.png")
        .hasMessageContaining("no caption")
        .hasMessageContaining("a.txt");
    text("a.txt", "a");
    assertThatThrownBy(() -> DataFolder.read(folder)).hasMessageContaining("one picture");
    text("metadata.jsonl", "{\"file_name\": \"a.png\", \"text\": \"a\"}\n{\"file_name\": 3}\n");
    assertThatThrownBy(() -> DataFolder.read(folder)).hasMessageContaining("line 2");
    text("metadata.jsonl", "{\"file_name\": \"../a.png\", \"text\": \"a\"}\n");
    assertThatThrownBy(() -> DataFolder.read(folder)).hasMessageContaining("line 1");
    text("metadata.jsonl", "not json\n");
    assertThatThrownBy(() -> DataFolder.read(folder)).hasMessageContaining("line 1");
  }

  @Test
  void brokenPicturesAreNamed() throws IOException {
    text("broken.png", "no picture");
    assertThatThrownBy(() -> PictureFile.read(folder.resolve("broken.png")))
        .isInstanceOf(BadModelException.class)
        .hasMessageContaining("broken.png");
    byte[] noise = new byte[3 * 64 * 64];
    new Random(1).nextBytes(noise);
    Png.write(folder.resolve("cut.png"), new RgbImage(64, 64, noise));
    byte[] bytes = Files.readAllBytes(folder.resolve("cut.png"));
    Files.write(folder.resolve("cut.png"), Arrays.copyOf(bytes, bytes.length / 2));
    assertThatThrownBy(() -> PictureFile.read(folder.resolve("cut.png")))
        .hasMessageContaining("cut.png");
  }

  @Test
  void jpegsAndGreysAreRead() throws IOException {
    BufferedImage grey = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 64; i++) {
      grey.getRaster().setSample(i % 8, i / 8, 0, 100);
    }
    Path file = folder.resolve("grey.jpg");
    assertThat(ImageIO.write(grey, "jpg", file.toFile())).isTrue();
    RgbImage read = PictureFile.read(file);
    for (int c = 0; c < 3; c++) {
      assertThat(read.get(3, 3, c)).isCloseTo(100, within(2));
    }
  }

  /** Against Pillow: {@code resize((4, 2), BILINEAR)} of a ramp 0..127 in an 8x4 picture, then the middle 2x2. */
  @Test
  void scalesAsPillowDoes() {
    byte[] rgb = new byte[8 * 4 * 3];
    for (int i = 0; i < 32; i++) {
      Arrays.fill(rgb, 3 * i, 3 * i + 3, (byte) (4 * i));
    }
    float[] planes = CenterCrop.of(new RgbImage(8, 4, rgb), 2, 2);
    int[] expected = {33, 41, 83, 91};
    for (int i = 0; i < 4; i++) {
      assertThat((planes[i] + 1) * 127.5).isCloseTo(expected[i], within(0.51));
    }
    assertThat(Arrays.copyOfRange(planes, 4, 8)).isEqualTo(Arrays.copyOf(planes, 4));
  }
}

package io.granular.app.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granular.engine.metric.RgbImage;
import io.granular.engine.store.Png;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureCacheTest {
  @TempDir
  Path folder;

  @Test
  void decodesExactPixelsOnce() throws IOException {
    Path file = write("a", 7);
    PictureCache cache = new PictureCache(1000);
    Picture picture = cache.read(file);
    assertThat(picture.rgb().get(1, 0, 0)).isEqualTo(7);
    assertThat(picture.rgb().get(1, 0, 2)).isEqualTo(9);
    assertThat(cache.read(file)).isSameAs(picture);
    assertThat(cache.get(file)).isSameAs(picture);
  }

  @Test
  void forgetsWhatWasUsedLongestAgo() throws IOException {
    Path a = write("a", 1);
    Path b = write("b", 2);
    Path c = write("c", 3);
    PictureCache cache = new PictureCache(2 * 16);
    cache.read(a);
    cache.read(b);
    cache.read(a);
    cache.read(c);
    assertThat(cache.get(b)).isNull();
    assertThat(cache.get(a)).isNotNull();
    assertThat(cache.get(c)).isNotNull();
  }

  @Test
  void keepsAPictureLargerThanItself() throws IOException {
    PictureCache cache = new PictureCache(1);
    Picture picture = cache.read(write("a", 1));
    assertThat(cache.get(picture.file())).isSameAs(picture);
  }

  @Test
  void namesWhatIsNoPicture() throws IOException {
    Path file = Files.writeString(folder.resolve("no.png"), "no picture");
    assertThatThrownBy(() -> new PictureCache(10).read(file)).isInstanceOf(IOException.class)
        .hasMessageContaining("no.png");
  }

  private Path write(String name, int level) {
    byte[] rgb = new byte[4 * 4 * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (level + i % 3);
    }
    Path file = folder.resolve(name + ".png");
    Png.write(file, new RgbImage(4, 4, rgb));
    return file;
  }
}

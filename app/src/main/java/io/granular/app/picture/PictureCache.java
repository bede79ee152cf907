package io.granular.app.picture;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The pictures used last, up to a number of pixels; safe for use from several threads. */
public final class PictureCache {
  private final long capacity;
  private final Map<Path, Picture> pictures = new LinkedHashMap<>(16, 0.75f, true);
  private long held;

  /** Keeps pictures of up to {@code capacity} pixels in all, and always the last one. */
  public PictureCache(long capacity) {
    this.capacity = capacity;
  }

  /** The picture if it is at hand. */
  public synchronized @Nullable Picture get(Path file) {
    return pictures.get(file);
  }

  /**
   * The picture, decoded now if need be: not for the JavaFX thread.
   *
   * @throws IOException if it cannot be read
   */
  public Picture read(Path file) throws IOException {
    Picture known = get(file);
    if (known != null) {
      return known;
    }
    Picture picture = Picture.read(file);
    keep(file, picture);
    return picture;
  }

  private synchronized void keep(Path file, Picture picture) {
    Picture before = pictures.put(file, picture);
    held += size(picture) - (before == null ? 0 : size(before));
    Iterator<Picture> oldest = pictures.values().iterator();
    while (held > capacity && pictures.size() > 1) {
      held -= size(oldest.next());
      oldest.remove();
    }
  }

  private static long size(Picture picture) {
    return (long) picture.width() * picture.height();
  }
}

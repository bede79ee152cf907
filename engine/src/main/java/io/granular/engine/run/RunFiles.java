package io.granular.engine.run;

import io.granular.engine.metric.RgbImage;
import io.granular.engine.plan.Recipe;
import io.granular.engine.quant.FloatReader;
import io.granular.engine.run.RunRequest.TensorRef;
import io.granular.engine.store.NamedTensor;
import io.granular.engine.store.Png;
import io.granular.engine.store.SafetensorsFile;
import io.granular.engine.store.SafetensorsWriter;
import io.granular.engine.store.TensorInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The files a run reads and writes. */
final class RunFiles {
  /** iTXt keyword under which a picture carries its request. */
  static final String KEYWORD = "granular";

  private final Path folder;

  /** @param folder created if missing */
  RunFiles(Path folder) {
    this.folder = folder;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create the output folder " + folder, e);
    }
  }

  /** The final picture, which carries what it takes to make it again. */
  Path picture(RgbImage picture, RunRequest request, Recipe recipe) {
    Path file = folder.resolve("image.png");
    Png.write(file, picture, Map.of(KEYWORD, RequestText.of(request, recipe)));
    return file;
  }

  Path preview(RgbImage picture, int step) {
    Path file = folder.resolve("step-%03d.png".formatted(step + 1));
    Png.write(file, picture);
    return file;
  }

  /** Latents after each evaluation, {@code [steps, c, h, w]}. */
  Path latents(List<float[]> trajectory, int channels, int h, int w) {
    int n = channels * h * w;
    float[] all = new float[trajectory.size() * n];
    for (int i = 0; i < trajectory.size(); i++) {
      System.arraycopy(trajectory.get(i), 0, all, i * n, n);
    }
    Path file = folder.resolve("latents.safetensors");
    List<Long> shape = List.of((long) trajectory.size(), (long) channels, (long) h, (long) w);
    try {
      SafetensorsWriter.write(file, Map.of(), List.of(NamedTensor.floats("latents", shape, all)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
    return file;
  }

  /**
   * Numbers a person gave.
   *
   * @param n how many there must be, -1 for any
   */
  float[] tensor(TensorRef ref, int n) {
    try (SafetensorsFile file = SafetensorsFile.open(ref.file())) {
      String key = ref.key();
      if (key == null) {
        if (file.names().size() != 1) {
          throw new IllegalArgumentException(ref.file() + " holds " + file.names().size()
              + " tensors; name one as " + ref.file() + ":KEY, one of " + file.names());
        }
        key = file.names().getFirst();
      }
      TensorInfo info = file.info(key);
      if (n >= 0 && info.elements() != n) {
        throw new IllegalArgumentException(ref.file() + ": " + info + " has " + info.elements()
            + " numbers, but this size needs " + n);
      }
      float[] values = new float[Math.toIntExact(info.elements())];
      FloatReader.of(file.data(key), info.dtype()).read(0, values, values.length);
      return values;
    }
  }
}

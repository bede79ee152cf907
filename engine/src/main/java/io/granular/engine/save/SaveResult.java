package io.granular.engine.save;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A saved model.
 *
 * @param path the file or folder
 * @param format what it is
 * @param recipe name of the recipe
 * @param files every file of it
 * @param bytes of all files, measured
 * @param estimatedBytes what was estimated beforehand
 * @param seconds to quantize and write, measured
 * @param peakBytes by how much quantizing and writing raised the resident memory of the process, measured; 0 if the system
 *     does not tell
 * @param check what came out when it was opened again
 * @param notes what a person should know, e.g. which programs read it
 */
public record SaveResult(Path path, SaveFormat format, String recipe, List<Path> files, long bytes,
    long estimatedBytes, double seconds, long peakBytes, Check check, List<String> notes) {
  public SaveResult {
    files = List.copyOf(files);
    notes = List.copyOf(notes);
  }

  /**
   * The same picture by the model before and after it was saved.
   *
   * @param identical whether the latents after every step have the same bits
   * @param psnr of the pictures in dB; null if they are identical
   * @param largest largest difference of the latents
   * @param seed of the picture
   * @param steps sampler steps
   * @param width pixels
   * @param height pixels
   * @param prompt its text
   * @param seconds that the check took
   */
  public record Check(boolean identical, @Nullable Double psnr, double largest, long seed,
      int steps, int width, int height, String prompt, double seconds) {
    /** In a few words, e.g. {@code identical} or {@code PSNR 43.21 dB}. */
    public String text() {
      return identical ? "identical, bit for bit"
          : psnr == null ? "the same picture, latents differ by up to %.2g".formatted(largest)
              : "PSNR %.2f dB, latents differ by up to %.2g".formatted(psnr, largest);
    }
  }
}

package io.granular.engine.train;

import io.granular.engine.lower.Evaluation;
import io.granular.engine.lower.StudentNetwork;
import io.granular.engine.run.Conditioning;
import io.granular.engine.run.Rollouts;
import io.granular.engine.run.RunProgress;
import io.granular.engine.store.Png;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Draws previews: the same noise denoised by the teacher, once, and by the student as it is now. */
final class Easel {
  private final Preview preview;
  private final Rollouts rollouts;
  private final Conditioning text;
  private final StudentNetwork student;
  private final Supplier<Loan> teacher;
  private final Supplier<Loan> decoder;
  private final Path folder;

  /**
   * @param text of the preview's prompt
   * @param teacher the full-precision U-Net
   * @param decoder the autoencoder's decoder
   * @param folder for the pictures
   */
  Easel(Preview preview, Rollouts rollouts, Conditioning text, StudentNetwork student,
      Supplier<Loan> teacher, Supplier<Loan> decoder, Path folder) {
    this.preview = preview;
    this.rollouts = rollouts;
    this.text = text;
    this.student = student;
    this.teacher = teacher;
    this.decoder = decoder;
    this.folder = folder;
  }

  /** Draws if it is time; null if not. */
  RunProgress.@Nullable Pictures draw(Standing standing, TrainingClock clock) {
    if (clock.trained() - standing.drawnSeconds < 60 * preview.minutes()) {
      return null;
    }
    standing.drawnSeconds = clock.trained();
    Path byTeacher = folder.resolve("teacher.png");
    Path byStudent = folder.resolve("student-%06d.png".formatted(standing.step));
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be written: " + e, e);
    }
    float[] latents = latents(student.evaluation(), clock);
    float[] goal = null;
    if (!Files.exists(byTeacher)) {
      try (Loan loaded = teacher.get()) {
        goal = latents(loaded.network(), clock);
      }
    }
    try (Loan loaded = decoder.get()) {
      if (goal != null) {
        Png.write(byTeacher, rollouts.decode(loaded.network(), goal));
      }
      Png.write(byStudent, rollouts.decode(loaded.network(), latents));
    }
    RunProgress.Pictures pictures =
        new RunProgress.Pictures(byStudent, byTeacher, standing.step);
    standing.pictures.add(pictures);
    return pictures;
  }

  private float[] latents(Evaluation unet, TrainingClock clock) {
    return rollouts.run(unet, text, preview.seed(), clock::check).result();
  }
}

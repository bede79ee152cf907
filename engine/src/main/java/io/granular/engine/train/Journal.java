package io.granular.engine.train;

import io.granular.engine.lower.StudentNetwork;
import io.granular.engine.store.NamedTensor;
import io.granular.engine.store.SafetensorsWriter;
import io.granular.engine.store.TensorInfo;
import io.granular.engine.torch.ScalarType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a training writes down on its way: the best weights so far and checkpoints, of each no more than the last. The best
 * weights of a checkpoint stay until the next one is written, so that going back to it finds them.
 */
final class Journal {
  private static final String BEST = "best-";
  private static final String TENSORS = ".safetensors";

  private final Workspace workspace;
  private final StudentNetwork student;
  private final Course course;
  private final String source;
  private final String recipe;
  private final double minutes;
  private int checkpointed;
  private double last;

  /**
   * @param source digest of the model's U-Net
   * @param recipe its JSON
   * @param minutes between checkpoints; 0 for none
   */
  Journal(Workspace workspace, StudentNetwork student, Course course, String source,
      String recipe, double minutes) {
    this.workspace = workspace;
    this.student = student;
    this.course = course;
    this.source = source;
    this.recipe = recipe;
    this.minutes = minutes;
  }

  /** Goes on after a checkpoint that was written after so many seconds of training, with these best weights. */
  void resume(double seconds, int bestStep) {
    last = seconds;
    checkpointed = bestStep;
  }

  /** Writes the student's weights down as the best. */
  void best(int step) {
    List<NamedTensor> tensors = new ArrayList<>();
    student.changed()
        .forEach((name, shape) -> tensors.add(
            new NamedTensor(new TensorInfo(name, ScalarType.F32, shape), sink -> NamedTensor
                .floats(name, shape, student.written(name))
                .content()
                .writeTo(sink))));
    try {
      SafetensorsWriter.write(best(workspace, step), Map.of("format", "pt"), tensors);
    } catch (IOException e) {
      throw new UncheckedIOException("The best weights so far cannot be written to "
          + workspace.folder() + ": " + e + ". Make room and train again.", e);
    }
    keepBest(step);
  }

  /** Where the best weights are that were found after so many steps. */
  static Path best(Workspace workspace, int step) {
    return workspace.folder().resolve(BEST + step + TENSORS);
  }

  /** Writes a checkpoint if it is time. */
  void step(Standing standing, double seconds, double done) {
    if (minutes > 0 && seconds - last >= 60 * minutes) {
      checkpoint(standing, seconds, done);
    }
  }

  /** Writes a checkpoint, unless none are wanted. */
  void checkpoint(Standing standing, double seconds, double done) {
    if (minutes > 0) {
      Checkpoint.write(workspace.checkpoint(), source, recipe, standing, seconds, done,
          course.state(), student.state());
      checkpointed = standing.bestStep;
      last = seconds;
      keepBest(standing.bestStep);
    }
  }

  /** Deletes best weights of neither this step nor the last checkpoint. */
  private void keepBest(int step) {
    try (Stream<Path> files = Files.list(workspace.folder())) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.startsWith(BEST) && !file.equals(best(workspace, step))
            && !file.equals(best(workspace, checkpointed))) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(workspace.folder() + " cannot be tidied up: " + e, e);
    }
  }
}

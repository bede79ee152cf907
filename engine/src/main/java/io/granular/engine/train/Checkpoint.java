package io.granular.engine.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.granular.engine.quant.FloatReader;
import io.granular.engine.run.RunProgress;
import io.granular.engine.store.BadModelException;
import io.granular.engine.store.NamedTensor;
import io.granular.engine.store.SafetensorsFile;
import io.granular.engine.store.SafetensorsWriter;
import io.granular.engine.store.TensorInfo;
import io.granular.engine.store.TensorSource;
import io.granular.engine.torch.ScalarType;
import io.granular.engine.torch.Tensor;
import io.granular.engine.train.TrainingResult.Point;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/** A file with all that an interrupted training needs to go on as if it had not been: safetensors, with JSON in its metadata. */
final class Checkpoint implements AutoCloseable {
  private static final String STATE = "granular_training";
  private static final String INPUTS = "course/inputs";
  private static final String ANSWERS = "course/answers";
  private static final int VERSION = 1;
  private static final long CHUNK = 1 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SafetensorsFile file;
  private final State state;

  /**
   * The numbers that are not tensors.
   *
   * @param source digest of the model's U-Net
   * @param recipe its JSON
   * @param seconds of training
   * @param done share of the training
   */
  record State(int version, String source, String recipe, int step, double seconds, double done,
      double ahead, double rate, double best, int bestStep, double losses, int lossesSince,
      double examinedSeconds, double examinedDone, double drawnSeconds, List<Point> curve,
      List<RunProgress.Pictures> pictures, long random, int followed, int drawn,
      List<Integer> runs, List<Integer> texts, List<Double> timesteps) {}

  private Checkpoint(SafetensorsFile file, State state) {
    this.file = file;
    this.state = state;
  }

  /**
   * Writes one in one step, instead of what is there.
   *
   * @param student what {@code StudentNetwork.state()} gives
   * @throws UncheckedIOException if it cannot be written
   */
  static void write(Path file, String source, String recipe, Standing standing, double seconds,
      double done, Course.State course, Map<String, Tensor> student) {
    State state = new State(VERSION, source, recipe, standing.step, seconds, done, standing.ahead,
        standing.rate, standing.best, standing.bestStep, standing.losses, standing.lossesSince,
        standing.examinedSeconds, standing.examinedDone, standing.drawnSeconds, standing.curve,
        standing.pictures, course.random(), course.followed(), course.drawn(), course.runs(),
        course.lessons().stream().map(Evaluated::text).toList(),
        course.lessons().stream().map(Evaluated::timestep).toList());
    List<NamedTensor> tensors = new ArrayList<>();
    student.forEach((name, tensor) -> tensors.add(tensor(name, tensor)));
    if (!course.lessons().isEmpty()) {
      tensors.add(rows(INPUTS, course.lessons().stream().map(Evaluated::input).toList()));
      tensors.add(rows(ANSWERS, course.lessons().stream().map(Evaluated::answer).toList()));
    }
    try {
      SafetensorsWriter.write(file, Map.of(STATE, JSON.writeValueAsString(state)), tensors);
    } catch (IOException e) {
      throw new UncheckedIOException("The checkpoint " + file + " cannot be written: " + e
          + ". Make room, or train with --checkpoint-minutes 0.", e);
    }
  }

  private static NamedTensor tensor(String name, Tensor tensor) {
    List<Long> shape = Arrays.stream(tensor.shape()).boxed().toList();
    return new NamedTensor(new TensorInfo(name, ScalarType.F32, shape),
        sink -> {
          for (long at = 0; at < tensor.elements(); at += CHUNK) {
            int count = (int) Math.min(CHUNK, tensor.elements() - at);
            NamedTensor.floats(name, List.of((long) count), tensor.floats(at, count))
                .content()
                .writeTo(sink);
          }
        });
  }

  private static NamedTensor rows(String name, List<float[]> rows) {
    List<Long> shape = List.of((long) rows.size(), (long) rows.getFirst().length);
    return new NamedTensor(new TensorInfo(name, ScalarType.F32, shape), sink -> {
      for (float[] row : rows) {
        NamedTensor.floats(name, List.of((long) row.length), row).content().writeTo(sink);
      }
    });
  }

  /**
   * Opens one.
   *
   * @throws IllegalArgumentException if it is damaged, or none that this version can read; says what to do
   */
  static Checkpoint open(Path path) {
    SafetensorsFile file;
    try {
      file = SafetensorsFile.open(path);
    } catch (BadModelException e) {
      throw new IllegalArgumentException("The checkpoint " + path + " is damaged: "
          + e.getMessage() + " Delete " + path.getParent() + " and train again.", e);
    }
    try {
      String json = file.metadata().get(STATE);
      State state = json == null ? null : JSON.readValue(json, State.class);
      if (state == null || state.version() != VERSION || state.curve() == null
          || state.curve().isEmpty() || state.texts() == null || state.timesteps() == null
          || state.runs() == null || state.texts().size() != state.timesteps().size()) {
        throw new IllegalArgumentException(path
            + " is no checkpoint of a training that this version of Granular can read.");
      }
      return new Checkpoint(file, state);
    } catch (JsonProcessingException e) {
      file.close();
      throw new IllegalArgumentException(path + " is no checkpoint that this version of Granular "
          + "can read: " + e.getOriginalMessage(), e);
    } catch (IllegalArgumentException e) {
      file.close();
      throw e;
    }
  }

  State state() {
    return state;
  }

  /** The tensors that the student wrote. */
  TensorSource student() {
    return file;
  }

  /**
   * Refuses to go on with something else than was trained.
   *
   * @throws IllegalArgumentException if the model or the recipe has changed
   */
  void check(String source, String recipe) {
    if (!state.source().equals(source)) {
      throw changed("the model's U-Net");
    }
    if (!state.recipe().equals(recipe)) {
      throw changed("the recipe");
    }
  }

  private IllegalArgumentException changed(String what) {
    return new IllegalArgumentException("This training cannot be resumed: " + what
        + " has changed since " + file.path() + " was written. Put it back, or delete "
        + file.path().getParent() + " and train again.");
  }

  /** Where the course stood. */
  Course.State course() {
    int count = state.texts().size();
    int pooled = state.runs().stream().mapToInt(Integer::intValue).sum();
    if (pooled > count) {
      throw new IllegalArgumentException(file.path() + " is damaged: it lists " + pooled
          + " lessons and has " + count + ".");
    }
    List<Evaluated> lessons = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lessons.add(new Evaluated(state.texts().get(i), row(INPUTS, i, count),
          state.timesteps().get(i), row(ANSWERS, i, count)));
    }
    return new Course.State(state.random(), state.followed(), state.drawn(), state.runs(),
        lessons);
  }

  private float[] row(String name, int row, int rows) {
    try {
      TensorInfo info = file.info(name);
      if (info.shape().size() != 2 || info.shape().getFirst() != rows) {
        throw new IllegalArgumentException(file.path() + " is damaged: " + info);
      }
      float[] values = new float[Math.toIntExact(info.shape().get(1))];
      FloatReader.of(file.data(name), info.dtype())
          .read((long) row * values.length, values, values.length);
      return values;
    } catch (NoSuchElementException e) {
      throw new IllegalArgumentException(file.path() + " is damaged: " + e.getMessage(), e);
    }
  }

  /** Where the training stood. */
  Standing standing() {
    Standing standing = new Standing();
    standing.step = state.step();
    standing.ahead = state.ahead();
    standing.rate = state.rate();
    standing.best = state.best();
    standing.bestStep = state.bestStep();
    standing.losses = state.losses();
    standing.lossesSince = state.lossesSince();
    standing.examinedSeconds = state.examinedSeconds();
    standing.examinedDone = state.examinedDone();
    standing.drawnSeconds = state.drawnSeconds();
    standing.curve.addAll(state.curve());
    standing.pictures.addAll(state.pictures());
    return standing;
  }

  @Override
  public void close() {
    file.close();
  }
}

package io.granular.engine.train;

import io.granular.engine.calibrate.Prompts;
import io.granular.engine.lower.LoweredNetwork;
import io.granular.engine.lower.StudentNetwork;
import io.granular.engine.network.Graph;
import io.granular.engine.run.Conditioning;
import io.granular.engine.run.Rollouts;
import io.granular.engine.run.RunProgress.Stage;
import io.granular.engine.store.PromptDefaults;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** All that an objective needs: a course, its lessons, and the teacher if there is one. */
final class Lecture implements AutoCloseable {
  private final TrainingRequest request;
  private final Classroom classroom;
  private final Rollouts rollouts;
  private final @Nullable Conditioning pictured;
  private final Graph graph;
  private final @Nullable LoweredNetwork teacher;
  private final Course course;
  private final Lessons lessons;
  private final Map<String, Long> sizes;
  private final Runnable release;

  private Lecture(TrainingRequest request, Classroom classroom, Rollouts rollouts,
      @Nullable Conditioning pictured, Graph graph, @Nullable LoweredNetwork teacher,
      Course course, Lessons lessons, Map<String, Long> sizes, Runnable release) {
    this.request = request;
    this.classroom = classroom;
    this.rollouts = rollouts;
    this.pictured = pictured;
    this.graph = graph;
    this.teacher = teacher;
    this.course = course;
    this.lessons = lessons;
    this.sizes = sizes;
    this.release = release;
  }

  /**
   * Prepares it, which takes the text encoders and, with a teacher, loads it.
   *
   * @param cache folder for what is used again; null for none
   */
  static Lecture of(TrainingRequest request, Classroom classroom, Workspace workspace,
      @Nullable Path cache, TrainingClock clock) {
    return switch (request.objective()) {
      case Objective.Distillation distillation ->
        distillation(request, distillation, classroom, clock);
      case Objective.NoisePrediction prediction ->
        prediction(request, prediction, classroom, workspace, cache, clock);
    };
  }

  private static Lecture distillation(TrainingRequest request, Objective.Distillation objective,
      Classroom classroom, TrainingClock clock) {
    Path file = objective.prompts();
    List<String> prompts = new ArrayList<>(file != null ? Prompts.read(file)
        : Prompts.builtIn(classroom.model()
            .promptDefaults()
            .map(PromptDefaults::prompts)
            .orElse(List.of())));
    int learned = prompts.size();
    Preview preview = request.preview();
    if (preview != null) {
      prompts.add(preview.prompt());
    }
    Graph graph = Features.add(classroom.graph(Classroom.UNET), objective.features());
    Rollouts rollouts = classroom.rollouts(request.run());
    clock.stage(Stage.TEXT);
    List<Conditioning> all = classroom.texts(prompts, rollouts, clock::check);
    List<Conditioning> texts = all.subList(0, learned);
    clock.stage(Stage.LOADING);
    Map<String, Long> sizes = rollouts.sizes(Classroom.UNET);
    LoweredNetwork teacher = classroom.load(graph, sizes);
    List<String> features = graph.outputs().keySet().stream().skip(1).toList();
    return new Lecture(request, classroom, rollouts, preview == null ? null : all.getLast(), graph,
        teacher, new Curriculum(new Trajectories(rollouts, teacher), texts, request.seed()),
        new Lessons(rollouts, texts::get, classroom.graphs().vae().latent(),
            request.learning().minSnr(), features, teacher),
        batched(sizes, request.learning().batch()), teacher::close);
  }

  private static Lecture prediction(TrainingRequest request, Objective.NoisePrediction objective,
      Classroom classroom, Workspace workspace, @Nullable Path cache, TrainingClock clock) {
    List<DataFolder.Captioned> data = DataFolder.read(objective.data());
    Rollouts pictured = classroom.rollouts(request.run());
    // A sample is seen with its caption or without, never with both as guidance has it.
    Rollouts plain = classroom.rollouts(request.withSampling(request.sampling().unguided()).run());
    Preview preview = request.preview();
    Conditioning text = preview == null ? null
        : classroom.texts(List.of(preview.prompt()), pictured, clock::check).getFirst();
    Map<String, Long> sizes = plain.sizes(Classroom.UNET);
    DataStore store = DataStore.of(data, classroom, plain, cache,
        workspace.folder().resolve("training-data.safetensors"), clock);
    int tokens = Math.toIntExact(Objects.requireNonNull(sizes.get("tokens")));
    return new Lecture(request, classroom, pictured, text, classroom.graph(Classroom.UNET), null,
        new Pictures(plain, store, data.size(), objective.dropout(), request.seed()),
        new Lessons(plain, number -> store.text(number, tokens),
            classroom.graphs().vae().latent(), request.learning().minSnr(), List.of(), null),
        batched(sizes, request.learning().batch()), store::close);
  }

  private static Map<String, Long> batched(Map<String, Long> each, int batch) {
    Map<String, Long> sizes = new LinkedHashMap<>(each);
    sizes.merge("batch", (long) batch, (samples, times) -> samples * times);
    return sizes;
  }

  /** The network that the student is, with the results that lessons have targets for. */
  Graph graph() {
    return graph;
  }

  /** Extents of the student's symbols. */
  Map<String, Long> sizes() {
    return sizes;
  }

  Course course() {
    return course;
  }

  Lessons lessons() {
    return lessons;
  }

  /** Of previews. */
  Rollouts rollouts() {
    return rollouts;
  }

  /** Draws previews; null if none are asked for. */
  @Nullable
  Easel easel(StudentNetwork student, Path folder) {
    Preview preview = request.preview();
    if (preview == null || pictured == null) {
      return null;
    }
    return new Easel(preview, rollouts, pictured, student, this::lentTeacher,
        () -> classroom.decoder(rollouts), folder);
  }

  private Loan lentTeacher() {
    if (teacher != null) {
      return Loan.of(teacher);
    }
    LoweredNetwork loaded =
        classroom.load(classroom.graph(Classroom.UNET), rollouts.sizes(Classroom.UNET));
    return Loan.of(loaded, loaded::close);
  }

  @Override
  public void close() {
    release.run();
  }
}

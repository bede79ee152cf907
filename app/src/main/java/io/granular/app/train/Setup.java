package io.granular.app.train;

import io.granular.app.session.Session;
import io.granular.engine.studio.ModelInfo;
import io.granular.engine.train.Economy;
import io.granular.engine.train.Learning;
import io.granular.engine.train.Length;
import io.granular.engine.train.Objective;
import io.granular.engine.train.Preview;
import io.granular.engine.train.Sampling;
import io.granular.engine.train.Trained;
import io.granular.engine.train.Trained.What;
import io.granular.engine.train.TrainingRequest;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.beans.value.ObservableValue;
import org.jspecify.annotations.Nullable;

/** What a person chose to train. A number that is null is the usual one. JavaFX thread only. */
final class Setup {
  static final double USUAL_MINUTES = 10;
  static final double USUAL_STEPS = 1000;
  static final double USUAL_RANK = 16;
  static final double USUAL_FEATURE_WEIGHT = 0.1;
  /** A picture at most so often: it takes as long as a run of each network. */
  private static final double PREVIEW_MINUTES = 1;

  /** Which of the modules that become integers. */
  enum Which {
    ALL, MARKED, PATTERNS
  }

  /** What numbers of them. */
  enum Method {
    WEIGHTS, WEIGHTS_AND_SCALES, SCALES, LOW_RANK
  }

  /** Where the lessons come from. */
  enum Source {
    TEACHER, PICTURES
  }

  /** How the length is said. */
  enum Unit {
    MINUTES, STEPS
  }

  final ObjectProperty<String> recipe = new SimpleObjectProperty<>("");
  final ObjectProperty<@Nullable Which> which = new SimpleObjectProperty<>(Which.ALL);
  final StringProperty patterns = new SimpleStringProperty("");
  final ObjectProperty<Method> method = new SimpleObjectProperty<>(Method.WEIGHTS);
  final ObjectProperty<@Nullable Double> rank = new SimpleObjectProperty<>();
  final BooleanProperty everything = new SimpleBooleanProperty();
  final ObjectProperty<@Nullable Source> source = new SimpleObjectProperty<>(Source.TEACHER);
  final StringProperty prompts = new SimpleStringProperty("");
  final StringProperty features = new SimpleStringProperty("");
  final ObjectProperty<@Nullable Double> featureWeight = new SimpleObjectProperty<>();
  final StringProperty pictures = new SimpleStringProperty("");
  final ObjectProperty<@Nullable Double> dropout = new SimpleObjectProperty<>();
  final ObjectProperty<@Nullable Unit> unit = new SimpleObjectProperty<>(Unit.MINUTES);
  final ObjectProperty<@Nullable Double> minutes = new SimpleObjectProperty<>();
  final ObjectProperty<@Nullable Double> steps = new SimpleObjectProperty<>();
  final ObjectProperty<@Nullable Double> rate = new SimpleObjectProperty<>();
  final ObjectProperty<@Nullable Double> batch = new SimpleObjectProperty<>();
  final ObjectProperty<@Nullable Double> accumulation = new SimpleObjectProperty<>();
  /** Null weighs all timesteps alike. */
  final ObjectProperty<@Nullable Double> minSnr = new SimpleObjectProperty<>();
  final BooleanProperty recompute = new SimpleBooleanProperty();
  final BooleanProperty average = new SimpleBooleanProperty(true);
  final ObjectProperty<@Nullable Double> checkpoints = new SimpleObjectProperty<>();
  final ObjectProperty<@Nullable Double> seed = new SimpleObjectProperty<>();
  /** Empty for a new folder of Granular's own. */
  final StringProperty to = new SimpleStringProperty("");

  /** Everything that a request depends on. */
  ObservableValue<?>[] all() {
    return new ObservableValue<?>[]{recipe, which, patterns, method, rank, everything, source,
        prompts, features, featureWeight, pictures, dropout, unit, minutes, steps, rate, batch,
        accumulation, minSnr, recompute, average, checkpoints, seed, to};
  }

  /** What must be filled in first, as the key of a text; null if nothing. */
  @Nullable
  String missing() {
    if (recipe.get().isEmpty()) {
      return "train.missing.recipe";
    }
    if (which.get() == Which.PATTERNS && Patterns.split(patterns.get()).isEmpty()) {
      return "train.missing.patterns";
    }
    if (source.get() == Source.PICTURES && pictures.get().isBlank()) {
      return "train.missing.pictures";
    }
    for (StringProperty path : List.of(prompts, pictures, to)) {
      if (!isPath(path.get())) {
        return "train.missing.path";
      }
    }
    return null;
  }

  /**
   * What is asked of the engine, with a preview of what would be run now.
   *
   * @param folder for the trained model
   */
  TrainingRequest request(Session session, Path folder) {
    Length length = unit.get() == Unit.STEPS
        ? Length.ofSteps(whole(steps, USUAL_STEPS))
        : Length.ofMinutes(or(minutes, USUAL_MINUTES));
    return TrainingRequest.usual(session.model().get(), recipe.get(), folder, length)
        .withLearning(new Learning(or(rate, Learning.USUAL.rate()), null,
            whole(batch, Learning.USUAL.batch()),
            whole(accumulation, Learning.USUAL.accumulation()), minSnr.get()))
        .withObjective(objective())
        .withTrained(trained())
        .withSampling(Sampling.MODEL_DEFAULT)
        .withEconomy(new Economy(recompute.get(), average.get()))
        .withCheckpoints(or(checkpoints, TrainingRequest.USUAL_CHECKPOINTS))
        .withSeed(Math.round(or(seed, 0)))
        .withThreads(session.threads().get())
        .withPreview(preview(session));
  }

  /** The picture that is drawn now and then: what pressing Run would draw. */
  static @Nullable Preview preview(Session session) {
    ModelInfo info = session.info().get();
    String own = session.prompt().get().strip();
    String prompt = own.isEmpty() && info != null ? info.defaults().prompt() : own;
    return prompt.isBlank() ? null : new Preview(prompt, session.seed().get(), PREVIEW_MINUTES);
  }

  private Objective objective() {
    if (source.get() == Source.PICTURES) {
      return new Objective.NoisePrediction(Path.of(pictures.get().strip()),
          or(dropout, Objective.NoisePrediction.USUAL_DROPOUT));
    }
    List<String> blocks = Patterns.split(features.get());
    return new Objective.Distillation(
        prompts.get().isBlank() ? null : Path.of(prompts.get().strip()), blocks,
        blocks.isEmpty() ? 0 : or(featureWeight, USUAL_FEATURE_WEIGHT));
  }

  private Trained trained() {
    What what = switch (method.get()) {
      case WEIGHTS -> new What.Weights(false);
      case WEIGHTS_AND_SCALES -> new What.Weights(true);
      case SCALES -> new What.Scales();
      case LOW_RANK -> new What.LowRank(whole(rank, USUAL_RANK));
    };
    // Those that are marked need no pattern: the recipe says which they are.
    return new Trained(what,
        which.get() == Which.PATTERNS ? Patterns.split(patterns.get()) : List.of(),
        everything.get() && what instanceof What.Weights);
  }

  private static double or(ObjectProperty<@Nullable Double> number, double usual) {
    Double chosen = number.get();
    return chosen == null ? usual : chosen;
  }

  private static int whole(ObjectProperty<@Nullable Double> number, double usual) {
    return (int) Math.round(or(number, usual));
  }

  private static boolean isPath(String text) {
    try {
      return text.isBlank() || Path.of(text.strip()).isAbsolute();
    } catch (InvalidPathException e) {
      return false;
    }
  }
}

package io.granular.app.train;

import io.granular.app.library.Library;
import io.granular.app.session.Session;
import io.granular.app.session.Side;
import io.granular.app.session.SideModel;
import io.granular.app.session.SideSettings;
import io.granular.app.session.SideSettings.Weights;
import io.granular.app.text.Texts;
import io.granular.engine.train.TrainingRequest;
import io.granular.engine.train.TrainingResult;

/** Puts a trained model on the stage. */
public final class TrainedSides {
  /** The recipe that changes nothing. */
  static final String EXACT = "fp32";

  private final Session session;
  private final Library library;
  private final Stage stage;
  private final Texts texts;

  /** Where pictures are seen. */
  @FunctionalInterface
  public interface Stage {
    /** @param run whether to run what has changed */
    void show(boolean run);
  }

  TrainedSides(Session session, Library library, Stage stage, Texts texts) {
    this.session = session;
    this.library = library;
    this.stage = stage;
    this.texts = texts;
  }

  /**
   * The model as it was on side A, trained on side B, with the same prompt and seed.
   *
   * @param reference recipe of side A: the one that was trained for, or none
   */
  void compare(TrainingRequest request, TrainingResult result, String reference) {
    String model = request.model();
    String recipe = result.recipe().toString();
    session.recipeNames()
        .put(recipe, texts.format("recipe.trained", session.recipeName(request.recipe())));
    SideModel untrained = session.side(Side.A);
    untrained.settings()
        .set(untrained.settings().get().withRecipe(reference).withWeights(null));
    SideModel trained = session.side(Side.B);
    SideSettings other = trained.settings().get();
    trained.settings()
        .set(new SideSettings(recipe, other.sampling(), other.calibration(),
            new Weights(model, result.folder().toString())));
    boolean opened = model.equals(session.model().get());
    if (!opened) {
      library.open(model);
    }
    // A model that is being opened has to be waited for.
    stage.show(opened);
  }
}

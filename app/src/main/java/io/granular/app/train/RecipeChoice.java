package io.granular.app.train;

import io.granular.app.scheme.RecipeMenu;
import io.granular.app.session.PlanState;
import io.granular.app.session.Session;
import io.granular.app.session.Side;
import io.granular.app.text.Texts;
import io.granular.engine.studio.RecipeInfo;
import java.util.ArrayList;
import java.util.List;

/** Which recipes can be trained for, and which one it is until somebody chooses. */
final class RecipeChoice {
  /** Training gains most where bits are few; in this order, what is there. */
  private static final List<String> USUAL = List.of("w3-g32", "w4-g32", "w4a8");

  private final Session session;
  private final Setup setup;
  private final Texts texts;
  private boolean chosen;

  RecipeChoice(Session session, Setup setup, Texts texts) {
    this.session = session;
    this.setup = setup;
    this.texts = texts;
    session.recipes().subscribe(this::suggest);
  }

  /** The menu. */
  RecipeMenu menu() {
    RecipeMenu menu = new RecipeMenu(setup.recipe, id -> {
      chosen = true;
      setup.recipe.set(id);
    }, new RecipeMenu.Offer(RecipeChoice::trainable, this::ofSides,
        name -> texts.format("train.recipe.accessible", name)), session, texts);
    menu.setId("train-recipe");
    return menu;
  }

  /** A side's recipe if it marks modules for training, else one that gains much; nothing once somebody chose. */
  void suggest() {
    if (chosen) {
      return;
    }
    for (Side side : List.of(Side.B, Side.A)) {
      if (session.side(side).plan().get() instanceof PlanState.Ready(var plan)
          && Estimating.Counts.of(plan).marked() > 0) {
        setup.recipe.set(session.side(side).settings().get().recipe());
        return;
      }
    }
    List<String> offered = session.recipes()
        .stream()
        .filter(RecipeChoice::trainable)
        .map(RecipeInfo::id)
        .toList();
    USUAL.stream()
        .filter(offered::contains)
        .findFirst()
        .or(() -> offered.stream().findFirst())
        .ifPresent(setup.recipe::set);
  }

  /** Integers without static ranges; a glance at the file, the engine has the last word. */
  private static boolean trainable(RecipeInfo recipe) {
    return recipe.json().contains("\"bits\"") && !recipe.json().contains("\"static\"")
        && !recipe.json().contains("\"type\"");
  }

  /** Recipes that were opened or edited on the sides. */
  private List<RecipeMenu.Other> ofSides() {
    List<RecipeMenu.Other> others = new ArrayList<>();
    for (Side side : Side.values()) {
      String id = session.side(side).settings().get().recipe();
      if (!session.builtIn(id) && others.stream().noneMatch(other -> other.id().equals(id))) {
        others.add(new RecipeMenu.Other(id, texts.format("train.recipe.side", side.name())));
      }
    }
    return others;
  }
}

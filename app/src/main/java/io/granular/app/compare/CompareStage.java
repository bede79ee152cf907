package io.granular.app.compare;

import io.granular.app.fx.Listening;
import io.granular.app.picture.Picture;
import io.granular.app.session.Session;
import io.granular.app.session.Side;
import io.granular.app.text.Texts;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import javafx.geometry.HPos;
import javafx.geometry.Rectangle2D;
import javafx.scene.AccessibleRole;
import javafx.scene.canvas.Canvas;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.control.Label;
import javafx.scene.control.OverrunStyle;
import javafx.scene.layout.Region;
import org.jspecify.annotations.Nullable;

/**
 * Draws the two pictures in the chosen view. A canvas, because an image view would blur enlarged
 * pixels. Painting happens in the layout pass, so any number of changes costs one painting.
 */
final class CompareStage extends Region {
  private static final double CHIP_INSET = 12;
  /** With less room a name says nothing. */
  private static final double CHIP_LEAST = 96;

  private final StageModel model;
  private final Session session;
  private final Canvas canvas = new Canvas();
  private final Map<Side, Label> chips = new EnumMap<>(Side.class);

  CompareStage(StageModel model, Session session, Texts texts) {
    this.model = model;
    this.session = session;
    getStyleClass().add("compare-stage");
    setFocusTraversable(true);
    setAccessibleRole(AccessibleRole.IMAGE_VIEW);
    setAccessibleText(texts.get("stage.accessible"));
    getChildren().add(canvas);
    for (Side side : Side.values()) {
      Label chip = new Label();
      chip.getStyleClass().addAll("stage-chip", side == Side.A ? "side-a" : "side-b");
      chip.setMouseTransparent(true);
      // What tells two edited or trained recipes apart is at the end.
      chip.setTextOverrun(OverrunStyle.CENTER_ELLIPSIS);
      chips.put(side, chip);
      getChildren().add(chip);
    }
    Viewport viewport = model.viewport();
    Listening.follow(this::requestLayout, model.mode(), model.solo(), model.held(), model.wipe(),
        model.horizontal(), model.blinking(), model.opacity(), model.differencePicture(),
        model.cursor(), viewport.fitted(), viewport.scale(), viewport.centreX(),
        viewport.centreY());
    for (Side side : Side.values()) {
      Listening.follow(this::requestLayout, session.side(side).picture(),
          session.side(side).shown(), session.side(side).live(), session.side(side).settings());
    }
  }

  /** Where the pictures lie now, by pane; empty while there is no picture. */
  List<Placement> placements() {
    Picture size = sizeGiver();
    if (size == null) {
      return List.of();
    }
    return StageView.of(model)
        .panes(getWidth(), getHeight())
        .stream()
        .map(pane -> model.viewport().place(pane, size.width(), size.height()))
        .toList();
  }

  @Override
  protected void layoutChildren() {
    canvas.setWidth(getWidth());
    canvas.setHeight(getHeight());
    GraphicsContext g = canvas.getGraphicsContext2D();
    g.clearRect(0, 0, getWidth(), getHeight());
    chips.values().forEach(chip -> chip.setVisible(false));
    List<Placement> placements = placements();
    if (placements.isEmpty()) {
      return;
    }
    model.viewport().adopt(placements.getFirst());
    StageView view = StageView.of(model);
    StageBrush brush = new StageBrush(g, picture(Side.A), picture(Side.B));
    placements.forEach(brush::shadow);
    view.paint(brush, placements);
    view.chips(placements).forEach(this::lay);
  }

  private void lay(Chip spot) {
    Label chip = chips.get(spot.side());
    if (chip == null) {
      return;
    }
    chip.setText(spot.side() + " · " + session.shownName(spot.side()));
    double whole = chip.prefWidth(-1);
    double height = chip.prefHeight(-1);
    Rectangle2D area = spot.area();
    double width = Math.min(whole, area.getWidth() - 2 * CHIP_INSET);
    boolean fits = width >= Math.min(whole, CHIP_LEAST)
        && height + 2 * CHIP_INSET <= area.getHeight();
    chip.setVisible(fits);
    double x = spot.edge() == HPos.LEFT
        ? area.getMinX() + CHIP_INSET
        : area.getMaxX() - CHIP_INSET - width;
    chip.resizeRelocate(Math.rint(x), area.getMinY() + CHIP_INSET, width, height);
  }

  private @Nullable Picture picture(Side side) {
    return session.side(side).picture().get();
  }

  /** A's picture says how large both are drawn. */
  private @Nullable Picture sizeGiver() {
    Picture a = picture(Side.A);
    return a != null ? a : picture(Side.B);
  }
}

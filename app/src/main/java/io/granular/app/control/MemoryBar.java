package io.granular.app.control;

import java.util.List;
import javafx.scene.layout.Pane;
import javafx.scene.layout.Region;

/** A thin bar of coloured parts, each as long as its share of a whole. */
public final class MemoryBar extends Pane {
  private static final double HEIGHT = 8;

  private List<Part> parts = List.of();
  private double whole = 1;

  /**
   * One part.
   *
   * @param styleClass its colour
   * @param size in the unit of the whole, for example bytes
   */
  public record Part(String styleClass, long size) {}

  /** An empty bar. */
  public MemoryBar() {
    getStyleClass().add("memory-bar");
    setMinSize(40, HEIGHT);
    setPrefHeight(HEIGHT);
    setMaxHeight(HEIGHT);
  }

  /** Shows parts in order against {@code total}. */
  public void show(List<Part> newParts, long total) {
    parts = newParts;
    whole = Math.max(total, 1);
    getChildren().setAll(newParts.stream().map(part -> {
      Region region = new Region();
      region.getStyleClass().addAll("part", part.styleClass());
      return region;
    }).toList());
    requestLayout();
  }

  @Override
  protected void layoutChildren() {
    double scale = getWidth() / whole;
    double from = 0;
    for (int i = 0; i < parts.size(); i++) {
      double to = from + parts.get(i).size() * scale;
      // Neighbours share a rounded border, so that no gap and no overlap shows.
      getChildren().get(i)
          .resizeRelocate(Math.rint(from), 0, Math.rint(to) - Math.rint(from),
              getHeight());
      from = to;
    }
  }
}

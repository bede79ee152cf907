package io.granular.engine.metric;

/**
 * A region where two pictures differ most.
 *
 * @param x leftmost column
 * @param y topmost row
 * @param width pixels
 * @param height pixels
 * @param score mean error inside, on the scale of the error map
 */
public record Hotspot(int x, int y, int width, int height, double score) {
  boolean overlaps(Hotspot other) {
    return x < other.x + other.width && other.x < x + width && y < other.y + other.height
        && other.y < y + height;
  }
}

package io.granular.app.compare;

import io.granular.app.session.Side;
import javafx.geometry.HPos;
import javafx.geometry.Rectangle2D;

/**
 * Where the name of a side belongs.
 *
 * @param side whose name
 * @param area the visible part of its picture
 * @param edge the upper corner it sits in
 */
record Chip(Side side, Rectangle2D area, HPos edge) {}

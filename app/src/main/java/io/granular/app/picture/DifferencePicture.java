package io.granular.app.picture;

import javafx.scene.image.Image;

/**
 * A difference ready to be drawn.
 *
 * @param image the colours
 * @param settings what they show
 * @param above share of the pixels whose error exceeds the threshold
 */
public record DifferencePicture(Image image, Difference settings, double above) {}

package io.granular.app.compare;

import io.granular.app.text.Texts;
import io.granular.engine.metric.PictureMetrics;

/** How metrics are written. */
final class ScoreFormat {
  private ScoreFormat() {}

  /** Decibels; identical pictures have no noise to compare with. */
  static String psnr(PictureMetrics metrics, Texts texts) {
    return Double.isInfinite(metrics.psnr())
        ? "∞"
        : texts.numbers().fixed(metrics.psnr(), 1) + "\u00a0" + texts.get("unit.dB");
  }
}

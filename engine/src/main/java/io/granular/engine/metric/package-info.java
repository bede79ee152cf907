/**
 * How far two pictures or two arrays are apart: MSE, MAE, PSNR, SSIM, FLIP.
 * Pure arithmetic on arrays, equal to scikit-image and NVIDIA's FLIP.
 */
@NullMarked
package io.granular.engine.metric;

import org.jspecify.annotations.NullMarked;

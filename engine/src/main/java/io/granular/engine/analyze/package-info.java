/**
 * Which modules matter: signal to noise, sensitivity, blame, divergence and the noise floor.
 * Many small changes of one loaded pipeline, measured against full precision.
 */
@NullMarked
package io.granular.engine.analyze;

import org.jspecify.annotations.NullMarked;

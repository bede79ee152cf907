/**
 * What the layers of a full-precision run compute on: streaming observers, the ranges that follow from them, and the
 * file that keeps them. Arithmetic and files; the run itself is the run package's.
 */
@NullMarked
package io.granular.engine.calibrate;

import org.jspecify.annotations.NullMarked;

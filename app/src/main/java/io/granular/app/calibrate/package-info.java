/** Calibration of static ranges: what to observe, the work under way, and what came of it. */
@NullMarked
package io.granular.app.calibrate;

import org.jspecify.annotations.NullMarked;

/** Saving a side's quantized model: what a format can hold of it, the work under way, and what came of it. */
@NullMarked
package io.granular.app.save;

import org.jspecify.annotations.NullMarked;

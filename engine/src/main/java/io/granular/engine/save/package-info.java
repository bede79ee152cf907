/**
 * Saving quantized models: what each format can hold of a plan, how it is written, and the check
 * of what was written. Reading is in store.
 */
@NullMarked
package io.granular.engine.save;

import org.jspecify.annotations.NullMarked;

/** Runs one after the other, long work beside them, and the screen that lists both. */
@NullMarked
package io.granular.app.jobs;

import org.jspecify.annotations.NullMarked;

/** Runs and long work, and the screen that lists both. */
@NullMarked
package io.granular.app.jobs;

import org.jspecify.annotations.NullMarked;

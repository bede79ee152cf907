/** Runs one after the other, and the screen that lists them. */
@NullMarked
package io.granular.app.jobs;

import org.jspecify.annotations.NullMarked;

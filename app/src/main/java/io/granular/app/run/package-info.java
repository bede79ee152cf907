/** One press of Run: both sides' requests, queued in order, their results put where they belong. */
@NullMarked
package io.granular.app.run;

import org.jspecify.annotations.NullMarked;

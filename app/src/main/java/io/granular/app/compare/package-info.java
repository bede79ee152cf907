/** The compare screen: stage, views, zoom and pan, keys, steps. */
@NullMarked
package io.granular.app.compare;

import org.jspecify.annotations.NullMarked;

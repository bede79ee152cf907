/** The bridge between background work and the JavaFX thread. */
@NullMarked
package io.granular.app.fx;

import org.jspecify.annotations.NullMarked;

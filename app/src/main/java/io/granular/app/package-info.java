/** The studio: a JavaFX window on the engine. */
@NullMarked
package io.granular.app;

import org.jspecify.annotations.NullMarked;

/** The models known to the studio and the screen that lists them. */
@NullMarked
package io.granular.app.library;

import org.jspecify.annotations.NullMarked;

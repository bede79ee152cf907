/** The settings screen and the themes. */
@NullMarked
package io.granular.app.settings;

import org.jspecify.annotations.NullMarked;

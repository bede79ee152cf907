/** Small reusable controls without knowledge of the engine. */
@NullMarked
package io.granular.app.control;

import org.jspecify.annotations.NullMarked;

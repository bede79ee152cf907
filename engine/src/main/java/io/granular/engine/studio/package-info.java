/**
 * The facade that the studio and the command line call; studio.local implements it.
 * Nothing here loads libtorch.
 */
@NullMarked
package io.granular.engine.studio;

import org.jspecify.annotations.NullMarked;

/**
 * The facade that the studio and the command line call, and the client side of the worker.
 * Nothing here loads libtorch.
 */
@NullMarked
package io.granular.engine.studio;

import org.jspecify.annotations.NullMarked;

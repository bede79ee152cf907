/**
 * The facade on this machine: worker processes, their queue, folders and caches.
 * Nothing here loads libtorch.
 */
@NullMarked
package io.granular.engine.studio.local;

import org.jspecify.annotations.NullMarked;

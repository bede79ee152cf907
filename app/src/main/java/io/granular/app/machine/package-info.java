/** What this computer offers: processor, memory, kernels. */
@NullMarked
package io.granular.app.machine;

import org.jspecify.annotations.NullMarked;

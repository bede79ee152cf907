/**
 * The only package that touches DJL and libtorch: tensors, scopes, scripts, memory, devices.
 * Everything above works on these small types, so the tensor library could be changed here alone.
 */
@NullMarked
package io.granular.engine.torch;

import org.jspecify.annotations.NullMarked;
